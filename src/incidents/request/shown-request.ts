import type { Basis } from '../../ports/basis.ts';
import { identityOf } from '../../ports/basis.ts';
import type { AwsCall } from '../../ports/calls.ts';
import type { Json, JsonObject } from '../../ports/ports.ts';
import type { Difference, Proposal } from '../../ports/step-output.ts';
import { redactText, redactValue } from '../../sanitize/redaction.ts';

/** A request in full, as people read it: every call with its complete input, and what else the run goes by. */
export interface ShownRequest {
  readonly headline: string;
  /** SHA-256 of the frozen request. */
  readonly hash: string;
  readonly calls: readonly AwsCall[];
  /** Fields of the frozen request that no call carries, such as what must still be true when it is sent. */
  readonly beside: JsonObject;
  /** What has to be the same still when the change runs. */
  readonly reliesOn: readonly Basis[];
  readonly warnings: readonly string[];
  readonly differences: readonly Difference[];
}

/** Secrets are left out. Without `calls` the frozen request is shown as it is. */
export function shownRequest(
  { headline, request, warnings, differences, reliesOn = [] }: Proposal,
  hash: string,
  calls: readonly AwsCall[] = [],
): ShownRequest {
  return {
    headline: redactText(headline),
    hash,
    calls: calls.map((call) => ({ ...call, input: redactValue(call.input) })),
    beside: redactValue(besideCalls(request, calls)),
    reliesOn: redactValue(reliesOn),
    warnings: warnings.map(redactText),
    differences: redactValue(differences),
  };
}

/** The file for the thread: indented, so that it can be read as it is. */
export function requestFile(shown: ShownRequest): string {
  const { headline, hash, calls, beside, reliesOn, warnings, differences } = shown;
  const content = { headline, sha256: hash, warnings, differences, calls, checkedAgain: beside, reliesOn };
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

/** A checkpoint of more files than people read is known by what its files add up to. */
const mostFiles = 30;

export function basisInShort(basis: Basis): Basis | JsonObject {
  if (basis.kind !== 'checkpoint' || basis.files.length <= mostFiles) return basis;
  const { files, kind, uri } = basis;
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  return { kind, uri, files: files.length, bytes, identity: identityOf(files) };
}

function besideCalls(request: JsonObject, calls: readonly AwsCall[]): JsonObject {
  const carried = new Set(
    calls.flatMap(({ input }) => [
      text(withoutTags(input)),
      ...Object.entries(input).map(([key, value]) => text({ [key]: value })),
    ]),
  );
  const left = Object.entries(request).filter(
    ([key, value]) =>
      !(key === 'Tags' && calls.length > 0) &&
      !carried.has(text({ [key]: value })) &&
      !carried.has(text(value)),
  );
  return Object.fromEntries(left);
}

/** The tags of a call are those of the request and those of the try. */
function withoutTags({ Tags: _tags, ...rest }: JsonObject): JsonObject {
  return rest;
}

function text(value: Json): string {
  return JSON.stringify(value);
}
