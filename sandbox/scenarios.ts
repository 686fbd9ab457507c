import type { SeedJob } from './aws/seed-job.ts';

/** What the demo starts with. */
export interface Scenario {
  /** What is sent to `POST /_sandbox/fail` once Relight is ready. */
  readonly failures: readonly object[];
  /** The same, applied before any simulated job moves on: so it does not depend on the speed of the machine. */
  readonly before?: readonly object[];
  /** Jobs that train beside those of the seed. */
  readonly jobs?: readonly SeedJob[];
  /** Lines of relight.example.yaml that are different here: the present text, and what stands in its place. */
  readonly settings?: readonly (readonly [present: string, instead: string])[];
}

const gold = 'srl-rlvr-gold-20251104';
const silver = 'srl-rlvr-silver-20251103';

const backedUp = 'srl-rlvr-silver-20251107';

/** Jobs that lose their subnet together, and three in the other one that train on. */
const outage: readonly SeedJob[] = [
  { name: 'srl-rlvr-gold-20251105', tier: 'gold', step: 720, checkpoints: [700], subnets: ['a'] },
  { name: 'srl-rlvr-silver-20251105', tier: 'silver', step: 360, checkpoints: [350], subnets: ['a'] },
  { name: 'srl-rlvr-bronze-20251101', tier: 'bronze', step: 910, checkpoints: [900], subnets: ['a'] },
];
const spared: readonly SeedJob[] = [
  { name: 'srl-rlvr-gold-20251106', tier: 'gold', step: 310, checkpoints: [300], subnets: ['b'] },
  { name: 'srl-rlvr-silver-20251106', tier: 'silver', step: 260, checkpoints: [250], subnets: ['b'] },
  { name: 'srl-rlvr-bronze-20251102', tier: 'bronze', step: 160, checkpoints: [150], subnets: ['b'] },
];

/** By the playbook that each ends up in. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  'spot-interruption': { failures: [{ job: gold, kind: 'spot-interruption' }] },
  'out-of-memory': { failures: [{ job: gold, kind: 'out-of-memory' }] },
  'invalid-data': { failures: [{ job: gold, kind: 'data' }] },
  'bad-checkpoint': { failures: [{ job: gold, kind: 'spot-interruption', damage: 'corrupt-inside' }] },
  'model-degradation': { failures: [{ endpoint: 'srl-rlvr-gold-prod', kind: 'model-degraded' }] },
  // As many as `system_failure` in relight.example.yaml asks for.
  'system-failure': {
    jobs: [...outage, ...spared],
    failures: [gold, silver, ...outage.map(({ name }) => name)].map((job) => ({ job, kind: 'internal' })),
  },
  // It never saves a checkpoint: nothing is left but to begin anew.
  'restart-from-scratch': {
    before: [{ job: silver, kind: 'checkpoints-stop' }],
    failures: [{ job: silver, kind: 'internal' }],
  },
  // Its own folder is empty, as the copying to S3 has died; a copy of an older checkpoint stands in the backup.
  'restore-from-backup': {
    jobs: [{ name: backedUp, tier: 'silver', step: 360, backups: [300] }],
    before: [{ job: backedUp, kind: 'checkpoints-stop' }],
    failures: [{ job: backedUp, kind: 'internal' }],
  },
  // It has trained for 40 minutes without one: the RPO of its tier is 30.
  'checkpoints-stopped': {
    before: [{ job: silver, kind: 'checkpoints-stop' }],
    failures: [],
    settings: [['rpo_seconds: 300', 'rpo_seconds: 10']],
  },
  investigate: { failures: [{ job: gold, kind: 'crash' }] },
  none: { failures: [] },
};
