import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { playbookFolders } from '../src/config/environment.ts';
import { loadCatalog, shippedCatalog } from '../src/playbooks/catalog.ts';
import type { SeedJob } from './aws/seed-job.ts';

/** The state and the failures that the demo starts with. */
export interface Scenario {
  /** Bodies for `POST /_sandbox/fail`, sent once Relight is ready. */
  readonly failures: readonly object[];
  /** Typed as `/relight <command>` by a lead after the failures. */
  readonly command?: string;
  /** Failures applied before any simulated job advances, so they do not depend on the speed of the machine. */
  readonly before?: readonly object[];
  /** Training jobs in addition to the seeded ones. */
  readonly jobs?: readonly SeedJob[];
  /** Text replacements in relight.example.yaml. */
  readonly settings?: readonly (readonly [from: string, to: string])[];
}

const gold = 'srl-rlvr-gold-20251104';
const silver = 'srl-rlvr-silver-20251103';

const backedUp = 'srl-rlvr-silver-20251107';

/** Jobs in the subnet that fails. The jobs in `spared` are in the other subnet and keep training. */
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

/** Named after the playbook that each scenario leads to. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  'spot-interruption': { failures: [{ job: gold, kind: 'spot-interruption' }] },
  'out-of-memory': { failures: [{ job: gold, kind: 'out-of-memory' }] },
  'invalid-data': { failures: [{ job: gold, kind: 'data' }] },
  'bad-checkpoint': { failures: [{ job: gold, kind: 'spot-interruption', damage: 'corrupt-inside' }] },
  'model-degradation': { failures: [{ endpoint: 'srl-rlvr-gold-prod', kind: 'model-degraded' }] },
  // As many failures as `system_failure` in relight.example.yaml requires.
  'system-failure': {
    jobs: [...outage, ...spared],
    failures: [gold, silver, ...outage.map(({ name }) => name)].map((job) => ({ job, kind: 'internal' })),
  },
  // The job never saves a checkpoint, so it can only restart from scratch.
  'restart-from-scratch': {
    before: [{ job: silver, kind: 'checkpoints-stop' }],
    failures: [{ job: silver, kind: 'internal' }],
  },
  // The checkpoint folder is empty because the upload to S3 died; the backup has an older checkpoint.
  'restore-from-backup': {
    jobs: [{ name: backedUp, tier: 'silver', step: 360, backups: [300] }],
    before: [{ job: backedUp, kind: 'checkpoints-stop' }],
    failures: [{ job: backedUp, kind: 'internal' }],
  },
  // The job has trained for 40 minutes without a checkpoint; the RPO of its tier is 30.
  'checkpoints-stopped': {
    before: [{ job: silver, kind: 'checkpoints-stop' }],
    failures: [],
    settings: [['rpo_seconds: 300', 'rpo_seconds: 5']],
  },
  'disk-full': { failures: [{ job: gold, kind: 'disk-full' }] },
  'dependency-pin': { failures: [{ job: gold, kind: 'dependency' }] },
  'training-hang': { failures: [{ job: gold, kind: 'hang' }] },
  'restore-instance-count': {
    failures: [{ job: gold, kind: 'crash' }],
    command: `start restore-instance-count ${gold}`,
  },
  investigate: { failures: [{ job: gold, kind: 'crash' }] },
  none: { failures: [] },
};

const example = 'relight.example.yaml';

export interface ConfigFile {
  readonly path: string;
  readonly remove: () => Promise<void>;
}

/**
 * The scenarios, and one for every other playbook that Relight loads, including those of RELIGHT_PLAYBOOKS: a person
 * starts it with a command, for a job that is training.
 */
export async function allScenarios(): Promise<Readonly<Record<string, Scenario>>> {
  const { list } = await loadCatalog([shippedCatalog, ...playbookFolders()]);
  const started = list.map(({ id }) => [id, { failures: [], command: `start ${id} ${silver}` }] as const);
  return { ...Object.fromEntries(started), ...scenarios };
}

/** The configuration of a scenario: the example file, or a temporary copy with the scenario's settings. */
export async function configFor({ settings = [] }: Scenario): Promise<ConfigFile> {
  if (settings.length === 0) return { path: example, remove: async () => undefined };
  const folder = await mkdtemp(join(tmpdir(), 'relight-demo-'));
  const path = join(folder, 'relight.yaml');
  const changed = settings.reduce(
    (yaml, [from, to]) => {
      if (!yaml.includes(from))
        throw new Error(`${example} does not contain "${from}": fix sandbox/scenarios.ts`);
      return yaml.replace(from, to);
    },
    await readFile(example, 'utf8'),
  );
  await writeFile(path, changed);
  return { path, remove: async () => rm(folder, { recursive: true, force: true }) };
}
