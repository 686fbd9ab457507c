import { drillable } from '../../drills/scenarios.ts';
import { type DrillFault, drillFaults } from '../../incidents/model/drills/drill-mark.ts';
import type { Catalog } from '../../playbooks/catalog.ts';
import type { Answers } from '../../playbooks/define.ts';
import type { StepRef } from '../ids.ts';
import type { FormContent } from '../views/form.ts';

/** A form needs a place, and a drill that has not started has none. */
export const drillRef: StepRef = { incident: 'all', step: 'drill', attempt: 1, hash: '' };

interface DrillForm extends FormContent {
  readonly chosen: (answers: Answers) => {
    readonly playbook: string;
    readonly faults: readonly DrillFault[];
  };
}

const faultWords: Readonly<Record<DrillFault, string>> = {
  'truncated-checkpoint': 'The newest checkpoint is truncated',
  'no-capacity': 'No capacity again at the first relaunch',
  'slack-429': 'Slack refuses messages for a while (429)',
};
const none = 'None';

/** The form of `/relight drill` without a playbook. */
export function drillForm({ get }: Pick<Catalog, 'get'>): DrillForm {
  const playbooks = drillable.flatMap((id) => {
    const title = get(id)?.title;
    return title === undefined ? [] : [{ id, choice: `${title} (${id})` }];
  });
  return {
    title: 'Start a drill',
    asks: 'A failure in a simulated Region, handled in the incident channel by the same buttons as a real one. Nothing in AWS changes. The drill is scored at its end, and it does not count in the reports.',
    fields: [
      { key: 'playbook', label: 'Playbook', kind: 'choice', choices: playbooks.map(({ choice }) => choice) },
      {
        key: 'fault',
        label: 'Trouble on the way',
        kind: 'choice',
        choices: [none, ...drillFaults.map((fault) => faultWords[fault])],
        initial: none,
      },
    ],
    problems: () => ({}),
    chosen: ({ playbook = '', fault }) => ({
      playbook: playbooks.find(({ choice }) => choice === playbook)?.id ?? '',
      faults: drillFaults.filter((one) => faultWords[one] === fault),
    }),
  };
}
