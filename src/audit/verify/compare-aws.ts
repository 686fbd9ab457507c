import { z } from 'zod';
import { isObject, type JsonObject } from '../../ports/basics.ts';
import type { VaultStore } from '../vault.ts';
import { type Finding, finding } from './finding.ts';

export type ObjectKind = 'training job' | 'endpoint configuration';

/** An object in AWS with the tag of an intent. */
export interface TaggedObject {
  readonly kind: ObjectKind;
  readonly name: string;
  /** The tags `relight:intent` and `relight:spec-hash`. */
  readonly intent: string;
  readonly hash: string;
  /** Dotted paths of requested fields that it does not have. */
  readonly unmet: (requested: JsonObject) => readonly string[];
}

export interface TaggedObjects {
  /** All that were created since this time, in ms, and that have the tag of an intent. */
  readonly since: (time: number) => Promise<readonly TaggedObject[]>;
  readonly exists: (kind: ObjectKind, name: string) => Promise<boolean>;
}

/** The fields of an intent that tell what it creates. */
const StoredIntent = z.object({
  id: z.string(),
  incident: z.string(),
  hash: z.string(),
  request: z.record(z.string(), z.json()),
  approvers: z.array(z.object({ at: z.number() })),
});
type StoredIntent = z.infer<typeof StoredIntent>;

/** An object that an intent creates. */
interface Creation {
  readonly kind: ObjectKind;
  readonly name: string;
  readonly request: JsonObject;
}

/** Clocks of AWS and of the approvers may differ. */
const hourMs = 3_600_000;

/**
 * Compares the objects in AWS that carry Relight's tags with the intents in the vault, both ways: objects without an
 * intent, intents that were carried out and whose object is gone, and objects with other content.
 */
export async function compareWithAws(
  store: Pick<VaultStore, 'keys' | 'get'>,
  aws: TaggedObjects,
): Promise<readonly Finding[]> {
  const { intents, findings } = await intentsIn(store);
  const approvals = [...intents.values()].flatMap(({ approvers }) => approvers.map(({ at }) => at));
  const since = approvals.reduce((least, at) => Math.min(least, at), Date.now());
  const objects = await aws.since(since - hourMs);
  const found = new Set(objects.map(({ kind, name }) => `${kind} ${name}`));
  return [
    ...findings,
    ...objects.flatMap((object) => problemOf(object, intents.get(object.intent))),
    ...(await missingIn(aws, intents, await carriedOut(store), found)),
  ];
}

async function intentsIn(store: Pick<VaultStore, 'keys' | 'get'>) {
  const intents = new Map<string, StoredIntent>();
  const findings: Finding[] = [];
  for await (const key of store.keys('intents/')) {
    const intent = intentOf(await store.get(key));
    if (intent === undefined) findings.push(finding('edit', key, 'it is not an intent as Relight writes it'));
    else intents.set(intent.id, intent);
  }
  return { intents, findings };
}

function intentOf(text: string | undefined): StoredIntent | undefined {
  try {
    return StoredIntent.parse(JSON.parse(text ?? ''));
  } catch {
    return undefined;
  }
}

function problemOf(object: TaggedObject, intent: StoredIntent | undefined): readonly Finding[] {
  const where = `${object.kind} ${object.name}`;
  if (intent === undefined)
    return [finding('orphan-spend', where, `the vault has no intent ${object.intent}, which its tag names`)];
  const says = otherContent(object, intent);
  return says === undefined
    ? []
    : [finding('other-content', where, `${says} (intent ${intent.id} of ${intent.incident})`)];
}

function otherContent(object: TaggedObject, intent: StoredIntent): string | undefined {
  const creation = creationsOf(intent).find(({ kind, name }) => kind === object.kind && name === object.name);
  if (creation === undefined) return 'its intent is about something else';
  if (object.hash !== intent.hash) return 'its tag relight:spec-hash is not the hash of the approved request';
  const unmet = object.unmet(creation.request);
  return unmet.length === 0 ? undefined : `it differs from the approved request in ${unmet.join(', ')}`;
}

function creationsOf({ request }: StoredIntent): readonly Creation[] {
  const { createConfig } = request;
  return [
    // A request with nothing but the name stops a job.
    ...('ResourceConfig' in request ? creation('training job', request, 'TrainingJobName') : []),
    ...(isObject(createConfig) ? creation('endpoint configuration', createConfig, 'EndpointConfigName') : []),
  ];
}

function creation(kind: ObjectKind, input: JsonObject, nameField: string): readonly Creation[] {
  const { [nameField]: name, Tags: _tags, ...request } = input;
  return typeof name === 'string' ? [{ kind, name, request }] : [];
}

/** The IDs of the intents with a result. */
async function carriedOut(store: Pick<VaultStore, 'keys'>): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for await (const key of store.keys('results/')) ids.add(key.replace(/^results\/|\.json$/g, ''));
  return ids;
}

async function missingIn(
  aws: TaggedObjects,
  intents: ReadonlyMap<string, StoredIntent>,
  done: ReadonlySet<string>,
  found: ReadonlySet<string>,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const intent of intents.values())
    for (const { kind, name } of done.has(intent.id) ? creationsOf(intent) : []) {
      if (found.has(`${kind} ${name}`)) continue;
      const says = (await aws.exists(kind, name))
        ? `it lacks the tag of intent ${intent.id} of ${intent.incident}, which created it`
        : `AWS does not know it, but intent ${intent.id} of ${intent.incident} created it`;
      findings.push(finding('missing-in-aws', `${kind} ${name}`, says));
    }
  return findings;
}
