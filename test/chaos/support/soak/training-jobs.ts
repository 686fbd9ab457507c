import {
  CreateTrainingJobCommand,
  type CreateTrainingJobCommandInput,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { z } from 'zod';
import { seedRequest } from '../../../../sandbox/aws/seed-job.ts';
import { failJob } from '../../../support/aws-ledger.ts';
import { getJson, type World } from '../../../support/world.ts';

/** The training jobs of the account: new ones start all the time, and each fails once after its first checkpoint. */
export interface TrainingJobs {
  /** Starts the next job. */
  readonly start: () => Promise<void>;
  /** Starts the jobs that train during the whole soak and only have alarms. */
  readonly startSteady: (count: number) => Promise<readonly string[]>;
  /** Fails the jobs that have a checkpoint and have not failed. */
  readonly failRipe: () => Promise<void>;
  readonly failed: readonly FailedJob[];
  /** How many started jobs have not failed yet. */
  readonly unfailed: () => number;
  readonly close: () => void;
}

export interface FailedJob {
  readonly job: string;
  /** In ms. */
  readonly at: number;
}

const State = z.object({ name: z.string(), status: z.string(), step: z.number() });
type JobState = z.infer<typeof State>;

/** A job saves at step 100, fails, is resumed and ends at step 300. */
const [firstSave, ripeAt, lastStep] = [100, 110, 300];
/** These are not failures of the account, which would become one incident. */
const kinds = ['spot-interruption', 'internal', 'disk-full'] as const;

export function openTrainingJobs(world: World): TrainingJobs {
  const client = new SageMakerClient({
    endpoint: world.region.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'soak', secretAccessKey: 'soak' },
  });
  const failed: FailedJob[] = [];
  const training = new Set<string>();
  let started = 0;
  const create = async (name: string, changes: Readonly<Record<string, string>>): Promise<void> => {
    // The seed's request type is looser than the SDK's.
    const request = seedRequest(name, tierOf(name), 'ml.g5.2xlarge', changes) as unknown;
    await client.send(new CreateTrainingJobCommand(request as CreateTrainingJobCommandInput));
  };
  const states = async (): Promise<ReadonlyMap<string, JobState>> => {
    const all = z.array(State).parse(await getJson(`${world.region.url}/_sandbox/jobs`));
    return new Map(all.map((one) => [one.name, one]));
  };
  return {
    start: async () => {
      const name = `srl-rlvr-silver-soak-${(started += 1)}`;
      await create(name, { max_steps: String(lastStep), save_steps: String(firstSave) });
      training.add(name);
    },
    startSteady: async (count) => {
      const names = Array.from({ length: count }, (_, n) => `srl-rlvr-bronze-steady-${n}`);
      // A checkpoint every 16 minutes, within the RPO of 30.
      for (const name of names) await create(name, { max_steps: '1000000', save_steps: '10000' });
      return names;
    },
    failRipe: async () => {
      const now = await states();
      const ripe = [...training].filter((name) => (now.get(name)?.step ?? 0) >= ripeAt);
      for (const job of ripe) {
        training.delete(job);
        failed.push({ job, at: Date.now() });
        await failJob(world, job, kinds[failed.length % kinds.length] ?? kinds[0]);
      }
    },
    failed,
    unfailed: () => training.size,
    close: () => client.destroy(),
  };
}

function tierOf(name: string): 'silver' | 'bronze' {
  return name.includes('bronze') ? 'bronze' : 'silver';
}
