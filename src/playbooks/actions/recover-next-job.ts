import { Relaunched, relaunchReport } from '../../relaunch/relaunch.ts';
import type { ChangeAction } from '../define/action.ts';
import type { ChangePorts, ReadPorts } from '../define/action-ports.ts';
import {
  Again,
  type AttemptKey,
  defineAction,
  type Proposal,
  relaunchCalls,
  type Token,
  z,
} from '../define.ts';
import { afterInWords, Turn } from './choose-next-job.ts';
import { restartFromScratch } from './restart-from-scratch.ts';
import { restoreFromBackup } from './restore-from-backup.ts';
import { resumeTraining } from './resume-training.ts';

const Recovered = Relaunched.extend({
  /** The failed job. */
  recovers: z.string(),
  after: z.array(z.string()),
});
type Recovered = z.infer<typeof Recovered>;

export const recoverNextJob = defineAction({
  name: 'recover-next-job',
  effect: 'change',
  title: 'Recover the next job',
  does: 'Launches a copy of only the job named above, from its checkpoint, from a backup or from scratch.',
  // The incident's tier is that of one job, but the series includes jobs of all tiers.
  approver: 'lead',
  button: 'Recover this job',
  input: Turn,
  output: Recovered,
  report: (recovered) => {
    const { facts = [], ...rest } = relaunchReport(recovered);
    return {
      ...rest,
      facts: [
        { label: 'Replaces', value: recovered.recovers },
        ...facts,
        { label: 'Remaining', value: afterInWords(recovered) },
      ],
    };
  },
  madeEarlier: async (turn, ports, key) => {
    const made = await relaunchFor(turn).madeEarlier(ports, key);
    return made === undefined || made instanceof Again
      ? made
      : { ...made, recovers: turn.job, after: turn.after };
  },
  preview: async (turn, ports, key) => relaunchFor(turn).preview(ports, key),
  sends: relaunchCalls,
  run: async (proposal, turn, ports, token): Promise<Recovered> => {
    const relaunched = await relaunchFor(turn).run(proposal, ports, token);
    return { ...relaunched, recovers: turn.job, after: turn.after };
  },
});

interface SingleRelaunch {
  readonly madeEarlier: (ports: ReadPorts, key: AttemptKey) => Promise<Relaunched | Again | undefined>;
  readonly preview: (ports: ReadPorts, key: AttemptKey) => Promise<Proposal>;
  readonly run: (proposal: Proposal, ports: ChangePorts, token: Token) => Promise<Relaunched>;
}

/** Each way reuses the single-job action, with its request and its checks. */
function relaunchFor({ job, rpoMinutes, way }: Turn): SingleRelaunch {
  switch (way.way) {
    case 'resume': {
      const { uri, checkpoint } = way;
      return relaunchWith(resumeTraining, { job, rpoMinutes, uri, checkpoint });
    }
    case 'restore': {
      const { uri, checkpoint, ageIsSure } = way;
      return relaunchWith(restoreFromBackup, { job, rpoMinutes, uri, checkpoint, ageIsSure });
    }
    case 'from_scratch':
      return relaunchWith(restartFromScratch, { job, rpoMinutes, why: way.why });
    default:
      return way satisfies never;
  }
}

function relaunchWith<I>(action: ChangeAction<I, Relaunched>, input: I): SingleRelaunch {
  return {
    madeEarlier: async (ports, key) => {
      const made = await action.madeEarlier?.(input, ports, key);
      return made === undefined || made instanceof Again ? made : Relaunched.parse(made);
    },
    preview: (ports, key) => action.preview(input, ports, key),
    run: async (proposal, ports, token) => Relaunched.parse(await action.run(proposal, input, ports, token)),
  };
}
