import { z } from 'zod';
import { firstBreak } from '../../src/audit/chain.ts';
import { incidentIds } from '../../src/incidents/intake/incident-ids.ts';
import { Entry } from '../../src/incidents/model/events.ts';
import { getJson } from '../support/world.ts';
import type { AnIncident } from './an-incident.ts';

/** What the stand-ins for AWS and Slack have committed: the only witnesses. */
export interface Witnessed {
  readonly launches: readonly Launch[];
  /** The id of each intent in the vault, and its place in the order of all changes. */
  readonly intents: ReadonlyMap<string, number>;
  readonly corruption: readonly unknown[];
  readonly messages: readonly z.infer<typeof Message>[];
  readonly ephemerals: readonly z.infer<typeof Ephemeral>[];
  readonly journals: readonly (readonly Entry[])[];
}

interface Launch {
  readonly name: string;
  readonly intent: string;
  readonly hash: string;
  readonly incident: string;
  readonly order: number;
  readonly maxSeconds: number;
}

const AwsLedger = z.object({
  calls: z.array(z.object({ operation: z.string(), request: z.looseObject({}) })),
  corruption: z.array(z.unknown()),
});
const Created = z.object({
  TrainingJobName: z.string(),
  StoppingCondition: z.object({
    MaxRuntimeInSeconds: z.number(),
    MaxWaitTimeInSeconds: z.number().optional(),
  }),
  Tags: z.array(z.object({ Key: z.string(), Value: z.string() })),
});
const Written = z.object({ path: z.string() });
const Message = z.object({
  text: z.string(),
  metadata: z.object({ event_payload: z.object({ incident: z.string(), key: z.string() }) }).optional(),
});
const Ephemeral = z.object({ user: z.string(), text: z.string() });
const SlackLedger = z.object({ messages: z.array(Message), ephemerals: z.array(Ephemeral) });

/** Everything about this incident so far. */
export async function witnessed(incident: AnIncident): Promise<Witnessed> {
  const { stack, job } = incident;
  const aws = AwsLedger.parse(await getJson(`${stack.region.url}/_sandbox/ledger`));
  const slack = SlackLedger.parse(await getJson(`${stack.slack.url}/_sandbox/ledger`));
  return {
    launches: aws.calls
      .flatMap((call, order) => launchIn(call, order))
      .filter(({ name }) => name.startsWith(`${job}-r`)),
    intents: new Map(
      aws.calls.flatMap(({ request }, order) => {
        const id = /\/intents\/([0-9a-f]+)\.json$/.exec(Written.safeParse(request).data?.path ?? '')?.[1];
        return id === undefined ? [] : [[id, order] as const];
      }),
    ),
    corruption: aws.corruption,
    messages: slack.messages,
    ephemerals: slack.ephemerals,
    journals: await journalsOf(incident),
  };
}

function launchIn(
  { operation, request }: z.infer<typeof AwsLedger>['calls'][number],
  order: number,
): Launch[] {
  const created = operation === 'CreateTrainingJob' ? Created.safeParse(request).data : undefined;
  if (created === undefined) return [];
  const tag = (key: string): string => created.Tags.find(({ Key }) => Key === key)?.Value ?? '';
  const { MaxRuntimeInSeconds: run, MaxWaitTimeInSeconds: wait = run } = created.StoppingCondition;
  return [
    {
      name: created.TrainingJobName,
      intent: tag('relight:intent'),
      hash: tag('relight:spec-hash'),
      incident: tag('relight:incident'),
      order,
      maxSeconds: wait,
    },
  ];
}

async function journalsOf({ stack, job }: AnIncident): Promise<readonly (readonly Entry[])[]> {
  const journals: (readonly Entry[])[] = [];
  for (const id of incidentIds('us-east-1', job)) {
    const lines = await stack.redis.lrange(`{relight}:journal:${id}`, 0, -1);
    if (lines.length === 0) return journals;
    const raw = lines.map((line) => JSON.parse(line) as Entry);
    // Checked as stored: parsing could hide a change.
    const broken = firstBreak(raw);
    if (broken !== undefined) throw new Error(`I8: the trail of ${id} breaks at entry ${broken}`);
    journals.push(raw.map((line) => Entry.parse(line)));
  }
  return journals;
}

/** I8 after a crash, before anything is repaired. */
export async function checkTrail(incident: AnIncident): Promise<void> {
  await journalsOf(incident);
}
