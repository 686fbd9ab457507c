import { collectTrainingMetrics } from '../actions/collect-training-metrics.ts';
import { diagnoseFailure } from '../actions/diagnose-failure.ts';
import { readTrainingLogs } from '../actions/read-training-logs.ts';
import { writePostmortem } from '../actions/write-postmortem.ts';
import { definePlaybook, nothingBroke, postmortemInput, writeItDown } from '../define.ts';

const playbooks = ['spot-interruption', 'out-of-memory', 'invalid-data', 'bad-checkpoint'] as const;
const byHand = 'go on by hand';

export const playbook = definePlaybook({
  title: 'Look into it by hand',
  summary:
    'No playbook mends this failure by itself: the evidence is gathered, and a person says which playbook goes on, or none.',
  handles: [
    'unknown',
    'permission',
    'network',
    'quota',
    'throttle',
    'user_stopped',
    'code_error',
    'hang_or_nccl',
    'dependency_install',
    'image',
    'disk_full',
  ],
  steps: (first) =>
    first
      .action('diagnosis', diagnoseFailure, ({ incident }) => ({
        job: incident.job,
        failedAt: incident.failedAt,
      }))
      .action('metrics', collectTrainingMetrics, ({ incident, diagnosis }) => ({
        job: incident.job,
        failedAt: incident.failedAt,
        trainedUntil: diagnosis.trainedUntil,
      }))
      .action('logs', readTrainingLogs, ({ incident }) => ({ job: incident.job }))
      .manual('choice', {
        title: 'Choose how to go on',
        asks: 'Read what was found above. A playbook that you choose takes over in this thread; by hand, the clock runs on until Relight sees it train again or you say how it ended.',
        button: 'Choose',
        approver: 'responder',
        fields: [
          {
            key: 'playbook',
            label: 'Playbook',
            kind: 'choice',
            choices: [...playbooks, byHand],
            initial: byHand,
          },
          { key: 'why', label: 'Why', kind: 'paragraph', optional: true },
        ],
      })
      .manual('document', writeItDown)
      .action('postmortem', writePostmortem, postmortemInput),
  handsOverTo: playbooks,
  handOver: ({ choice }) => {
    const playbook = playbooks.find((id) => id === choice?.playbook);
    return playbook && { playbook, why: 'a person chose it' };
  },
  nothingBroke,
  recovered: () => undefined,
});
