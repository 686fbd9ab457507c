import { OpsError } from '../../errors.ts';
import { isList, isObject } from '../../ports/basics.ts';
import type { Json, JsonObject, Token } from '../../ports/ports.ts';
import { callAws } from '../aws-errors.ts';
import { tagsOf } from '../training/job-tags.ts';
import { mismatchedTag, unmetFields } from '../training/same-launch.ts';
import type { Reads } from './serving-parts.ts';

/** A model or an endpoint configuration that an approved promotion creates. */
export interface Part {
  /** The call that creates it, as people read it before they approve. */
  readonly operation: string;
  readonly name: string;
  readonly input: JsonObject;
  /** What AWS returns for it; undefined if it does not exist. */
  readonly find: () => Promise<{ readonly arn: string; readonly fields: object } | undefined>;
  readonly create: () => Promise<object>;
}

/**
 * Creates the part unless a run of this attempt has done so. A part with this name that has other tags or other content
 * is refused, because the endpoint would serve what nobody approved.
 */
export async function createOnce(reads: Reads, token: Token, part: Part): Promise<void> {
  if (await isOwn(reads, token, part)) return;
  await token.confirm();
  try {
    await callAws(`${part.operation} ${part.name}`, part.create);
  } catch (error) {
    if (error instanceof OpsError && error.refused) throw error;
    // The response was lost, or another run of this attempt was first.
    if (!(await isOwn(reads, token, part))) throw error;
  }
}

/** False if it does not exist. Throws `job-foreign` if it is not the approved one. */
async function isOwn(reads: Reads, token: Token, { name, input, find }: Part): Promise<boolean> {
  const found = await find();
  if (found === undefined) return false;
  const problem = mismatchedTag(await tagsOf(reads, found.arn), token) ?? otherContent(input, found.fields);
  if (problem === undefined) return true;
  throw new OpsError('job-foreign', `${name} ${problem}`);
}

/** Fields that Describe adds to those of the request. */
const added: ReadonlySet<string> = new Set([
  '$metadata',
  'CreationTime',
  'DeploymentRecommendation',
  'EndpointConfigArn',
  'InferenceExecutionConfig',
  'ModelArn',
]);

function otherContent({ Tags: _tags, ...requested }: JsonObject, described: object): string | undefined {
  // Described fields are JSON, apart from dates.
  const found = JSON.parse(JSON.stringify(described)) as JsonObject;
  const extra = Object.entries(found)
    .filter(([key, value]) => !(key in requested) && !added.has(key) && saysSomething(value))
    .map(([key]) => key);
  const differing = [...unmetFields(requested, found), ...extra];
  return differing.length === 0 ? undefined : `differs from the approved request in ${differing.join(', ')}`;
}

/** AWS adds empty structures and `false` for what was not requested. */
function saysSomething(value: Json): boolean {
  if (isList(value)) return value.length > 0;
  if (isObject(value)) return Object.values(value).some(saysSomething);
  return value !== false && value !== null;
}
