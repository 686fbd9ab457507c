import { awsLedger } from '../../support/aws-ledger.ts';
import { slackLedger } from '../../support/responder.ts';
import type { World } from '../../support/world.ts';
import { type BrokenJob, kinds } from './broken-jobs.ts';

/** What the stand-ins have committed that should not be there, or is missing. */
export interface Verdict {
  /** Launches, endpoint updates, rejections and copies beyond one per approval. */
  readonly duplicates: readonly string[];
  /** Effects that are missing. */
  readonly missing: readonly string[];
  /** Messages that stand twice in a thread. */
  readonly doubleMessages: readonly string[];
  /** Files of checkpoints that were overwritten. */
  readonly corruption: readonly unknown[];
}

export async function judge(world: World, jobs: readonly BrokenJob[]): Promise<Verdict> {
  const { calls, corruption } = await awsLedger(world);
  const committed = (operation: string): readonly string[] =>
    calls.filter((call) => call.operation === operation).map(({ request }) => targetOf(request));
  const launched = committed('CreateTrainingJob');
  const expected = jobs.map(({ name, kind }) => ({
    name,
    wanted: kinds[kind].launches,
    got: launched.filter((job) => job.startsWith(`${name}-r`)).length,
  }));
  const once = ['CreateTrainingJob', 'CopyObject', 'UpdateEndpoint', 'UpdateModelPackage', 'StopTrainingJob'];
  return {
    duplicates: [
      ...once.flatMap((operation) => twice(committed(operation)).map((target) => `${operation} ${target}`)),
      ...expected
        .filter(({ got, wanted }) => got > wanted)
        .map(({ name, got }) => `${got} launches of ${name}`),
    ],
    missing: expected
      .filter(({ got, wanted }) => got < wanted)
      .map(({ name, got }) => `${got} launches of ${name}`),
    doubleMessages: twice(await messageKeys(world)),
    corruption,
  };
}

async function messageKeys(world: World): Promise<readonly string[]> {
  const { messages } = await slackLedger(world);
  return messages.flatMap(({ metadata }) =>
    metadata === undefined ? [] : [`${metadata.event_payload.incident} ${metadata.event_payload.key}`],
  );
}

const names = ['TrainingJobName', 'EndpointName', 'ModelPackageArn', 'path'] as const;

function targetOf(request: Readonly<Record<string, unknown>>): string {
  return names.flatMap((name) => (typeof request[name] === 'string' ? [request[name]] : [])).join(' ');
}

function twice(list: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return list.filter((one) => seen.has(one) || !seen.add(one));
}
