import { nameOf } from '../../checkpoints/folders.ts';
import { checkCheckpointing } from '../actions/check-checkpointing.ts';
import { collectTrainingMetrics } from '../actions/collect-training-metrics.ts';
import { diagnoseFailure } from '../actions/diagnose-failure.ts';
import { readTrainingLogs } from '../actions/read-training-logs.ts';
import { watchCheckpoints } from '../actions/watch-checkpoints.ts';
import { writePostmortem } from '../actions/write-postmortem.ts';
import {
  definePlaybook,
  handOverUnlessSure,
  postmortemForm,
  postmortemInput,
  type Start,
  type When,
} from '../define.ts';

const handles = ['checkpoints_stopped'] as const;

// Journals store these choices as answers, so their text must not change.
const keepWatching = 'leave it and watch on';
const stop = 'stop it by hand';
const accept = 'accept the risk';

export const playbook = definePlaybook({
  title: 'Watch a job that stopped saving checkpoints',
  summary:
    'The job is still training, but its newest complete checkpoint is older than the RPO allows: Relight shows what is at risk and keeps watching, and a person decides.',
  handles,
  steps: (first) =>
    first
      .action('checkpointing', checkCheckpointing, ({ incident: { job, rpoMinutes } }) => ({
        job,
        rpoMinutes,
      }))
      .action('logs', readTrainingLogs, ({ incident }) => ({ job: incident.job }))
      .action('metrics', collectTrainingMetrics, ({ incident: { job, failedAt } }) => ({ job, failedAt }))
      .manualWhen(
        'decision',
        {
          title: 'Leave it running, stop it or accept the risk',
          asks: 'The messages above show what would be lost if the job failed now. Relight does not stop a running job. To stop it yourself, go to Training jobs in the SageMaker console and choose Stop. Then correct the save interval or the CheckpointConfig before you restart the job.',
          button: 'Decide',
          approver: 'responder',
          fields: [
            {
              key: 'choice',
              label: 'What to do',
              kind: 'choice',
              choices: [keepWatching, stop, accept],
              initial: keepWatching,
              hint: 'Relight also keeps watching while a job that you stopped is ending. If you accept the risk, it does not ask about this gap again.',
            },
            { key: 'why', label: 'Why', kind: 'paragraph', optional: true },
          ],
        },
        whenStillRunning,
      )
      .actionWhen(
        'watched',
        watchCheckpoints,
        ({ incident: { job }, checkpointing: { newest } }) => ({
          job,
          ...(newest !== undefined && { newest }),
        }),
        ({ decision }) => decision?.choice !== accept || { skip: 'a person accepted the risk' },
      )
      .actionWhen(
        'diagnosis',
        diagnoseFailure,
        ({ incident: { job } }) => ({ job }),
        ({ watched }) => whenFailed(watched),
      )
      .manual('document', postmortemForm)
      .action('postmortem', writePostmortem, postmortemInput),
  handOver: ({ diagnosis }) => {
    // Even if a person chose this playbook, because the job has failed since then.
    const next = handOverUnlessSure(handles, diagnosis, { chosen: false });
    return next && { ...next, ...(diagnosis?.endedAt !== undefined && { failedAt: diagnosis.endedAt }) };
  },
  ended: ({ decision, diagnosis }) => {
    if (decision?.choice === accept) return 'A person accepted the risk';
    const stopped = decision?.choice === stop && diagnosis?.kind === 'user_stopped';
    return stopped ? 'A person stopped the job, as decided' : undefined;
  },
  recovered: ({ watched }) => {
    if (watched?.arrived !== undefined)
      return `${watched.job} is saving checkpoints again: ${nameOf(watched.arrived.uri)} is complete`;
    return watched?.ended === 'Completed' ? `${watched.job} has completed` : undefined;
  },
});

/** Do not ask about a job that has ended in the meantime. */
function whenStillRunning({ checkpointing: { ended } }: Start & { checkpointing: { ended: boolean } }): When {
  return !ended || { skip: 'the job has ended' };
}

function whenFailed(watched: { readonly ended?: string | undefined } | undefined): When {
  const failed = watched?.ended === 'Failed' || watched?.ended === 'Stopped';
  return failed || { skip: 'the job has not failed' };
}
