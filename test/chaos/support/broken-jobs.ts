import type { SeedJob } from '../../../sandbox/aws/seed-job.ts';

/** One kind of failure, and what people press until it is recovered. */
export interface Kind {
  readonly tier: SeedJob['tier'];
  /** The rest of the body of `POST /_sandbox/fail`. */
  readonly fail: Readonly<Record<string, string | number>>;
  /** The labels of the buttons, in order. */
  readonly presses: readonly string[];
  /** How many copies of the job the recovery launches. */
  readonly launches: number;
  readonly seed: Omit<SeedJob, 'name' | 'tier'>;
  /** Its uploads to S3 have stopped before it fails. */
  readonly savesNothing?: true;
}

const saved = { step: 1_320, checkpoints: [1_200, 1_250, 1_300] } as const;

/**
 * Failures whose recoveries launch, stop, copy checkpoints, write data, restore backups and promote a model. The jobs of one
 * tier share their code and their data, so broken code has a tier of its own, and so has broken data.
 */
export const kinds = {
  'spot-interruption': kind({ kind: 'spot-interruption' }, ['Resume training']),
  'disk-full': kind({ kind: 'disk-full' }, ['Retry on this instance']),
  'dependency-pin': { ...kind({ kind: 'dependency' }, ['Retry with this pin']), tier: 'gold' },
  'training-hang': kind({ kind: 'hang' }, ['Resume once']),
  investigate: kind({ kind: 'crash' }, ['Resume once from the checkpoint', 'Resume training']),
  'bad-checkpoint': {
    ...kind({ kind: 'spot-interruption', damage: 'corrupt-inside' }, ['Resume training', 'Resume training']),
    launches: 2,
  },
  'invalid-data': {
    ...kind({ kind: 'data' }, ['Fix the data', 'Retry with the fixed data']),
    tier: 'bronze',
  },
  'restore-from-backup': {
    ...kind({ kind: 'internal' }, ['Restore from a backup', 'Restore and resume']),
    seed: { step: 360, backups: [300] },
    savesNothing: true,
  },
  /** It has waited for more than half of its RTO. */
  'no-spot-capacity': kind({ kind: 'spot-interrupted-waiting', minutesAgo: 61 }, [
    'Stop it and resume elsewhere',
  ]),
  'model-degradation': {
    ...kind({}, ['Promote this version', 'Mark it rejected']),
    launches: 0,
  },
} satisfies Readonly<Record<string, Kind>>;
export type KindName = keyof typeof kinds;

function kind(fail: Kind['fail'], presses: readonly string[]): Kind {
  return { tier: 'silver', fail, presses, launches: 1, seed: saved };
}

export interface BrokenJob {
  readonly name: string;
  readonly kind: KindName;
}

/** The endpoint in production, whose model got worse. There is one in each world. */
const worseModel: BrokenJob = { name: 'srl-rlvr-gold-prod', kind: 'model-degradation' };

/** As many recoveries as asked for: one of the model in production, and of jobs of these kinds in turn. */
export function brokenJobs(
  count: number,
  only = Object.keys(kinds) as readonly KindName[],
): readonly BrokenJob[] {
  const ofJobs = only.filter((name) => name !== worseModel.kind);
  const jobs = Array.from({ length: count - (ofJobs.length < only.length ? 1 : 0) }, (_, at): BrokenJob => {
    const name = ofJobs[at % ofJobs.length] ?? 'spot-interruption';
    return { name: `srl-rlvr-${kinds[name].tier}-${20_260_000 + at}`, kind: name };
  });
  return ofJobs.length < only.length ? [worseModel, ...jobs] : jobs;
}

export function seedsOf(jobs: readonly BrokenJob[]): readonly SeedJob[] {
  return jobs
    .filter((job) => job !== worseModel)
    .map(({ name, kind: of }) => ({ name, tier: kinds[of].tier, ...kinds[of].seed }));
}

/** The bodies of `POST /_sandbox/fail` that break them. The jobs train meanwhile, and some must not save any more. */
export function failuresOf(jobs: readonly BrokenJob[]): readonly object[] {
  const savesNothing = (of: Kind): boolean => of.savesNothing === true;
  return [
    ...jobs
      .filter(({ kind: of }) => savesNothing(kinds[of]))
      .map(({ name: job }) => ({ job, kind: 'checkpoints-stop' })),
    ...jobs.map(({ name, kind: of }) =>
      of === worseModel.kind ? { endpoint: name, kind: 'model-degraded' } : { job: name, ...kinds[of].fail },
    ),
  ];
}
