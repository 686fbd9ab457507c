import { collectTrainingMetrics } from '../actions/collect-training-metrics.ts';
import { diagnoseFailure } from '../actions/diagnose-failure.ts';
import { readTrainingLogs } from '../actions/read-training-logs.ts';
import { writePostmortem } from '../actions/write-postmortem.ts';
import {
  definePlaybook,
  type FailureKind,
  handOverByDiagnosis,
  type ManualStep,
  nothingBroke,
  postmortemForm,
  postmortemInput,
} from '../define.ts';
import { offersAfter } from '../offered-playbooks.ts';

const handles = [
  'unknown',
  'permission',
  'network',
  'quota',
  'throttle',
  'user_stopped',
  'code_error',
  'image',
] as const;
const playbooks = [
  'spot-interruption',
  'out-of-memory',
  'invalid-data',
  'bad-checkpoint',
  'disk-full',
  'training-hang',
  'dependency-pin',
  'restore-instance-count',
] as const;
/** Kinds that have a playbook, although the diagnosis has no strategy for them. */
const withoutStrategy: ReadonlySet<FailureKind> = new Set([
  'hang_or_nccl',
  'disk_full',
  'dependency_install',
]);
// Journals store this choice as an answer, so its text must not change.
const byHand = 'go on by hand';

const chooseHow = {
  title: 'Choose how to continue',
  asks: 'Read the findings above. The playbook that you choose takes over in this thread. If you continue by hand, the clock runs until Relight sees that the job is training again or you report how the incident ended.',
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
} as const satisfies ManualStep;

export const playbook = definePlaybook({
  title: 'Investigate by hand',
  summary:
    'No playbook fixes this failure automatically: Relight collects the evidence, and a person chooses a playbook or continues by hand.',
  handles,
  steps: (first) =>
    first
      .action('diagnosis', diagnoseFailure, ({ incident: { job, failedAt } }) => ({ job, failedAt }))
      .action('metrics', collectTrainingMetrics, ({ incident: { job, failedAt }, diagnosis }) => ({
        job,
        failedAt,
        trainedUntil: diagnosis.trainedUntil,
      }))
      .action('logs', readTrainingLogs, ({ incident }) => ({ job: incident.job }))
      .manualWithOffers('choice', chooseHow, offersAfter)
      .manual('document', postmortemForm)
      .action('postmortem', writePostmortem, postmortemInput),
  handsOverTo: playbooks,
  handOver: ({ incident, diagnosis, choice }) => {
    const playbook = playbooks.find((id) => id === choice?.playbook);
    if (playbook !== undefined) return { playbook, why: 'a person chose it' };
    if (diagnosis === undefined || diagnosis.confidence === 'low') return undefined;
    // A playbook that only pins packages cannot begin without one.
    if (diagnosis.kind === 'dependency_install' && diagnosis.demand === undefined) return undefined;
    const helps = diagnosis.strategy !== 'none' || withoutStrategy.has(diagnosis.kind);
    return helps ? handOverByDiagnosis(handles, diagnosis, incident) : undefined;
  },
  nothingBroke,
  recovered: () => undefined,
});
