import { type Basis, identityOf } from '../../ports/basis.ts';
import type { AwsCall } from '../../ports/calls.ts';
import type { Json, JsonObject } from '../../ports/ports.ts';
import type { Difference, Proposal, Terms } from '../../ports/step-output.ts';
import { redactText, redactValue } from '../../sanitize/redaction.ts';

/** A full request for people to read: every call with its complete input, and the other facts that the run uses. */
export interface ShownRequest {
  readonly headline: string;
  /** SHA-256 of the frozen request. */
  readonly hash: string;
  readonly calls: readonly AwsCall[];
  /** Fields of the frozen request that are not part of a call, such as conditions that are checked before sending. */
  readonly beside: JsonObject;
  /** Facts that must not change before the change runs. */
  readonly reliesOn: readonly Basis[];
  readonly warnings: readonly string[];
  readonly terms?: Terms | undefined;
  readonly differences: readonly Difference[];
}

/** Secrets are removed. Without `calls`, the frozen request is shown as it is. */
export function shownRequest(
  { headline, request, warnings, differences, terms, reliesOn = [] }: Proposal,
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
    terms,
    differences: redactValue(differences),
  };
}

/** The content of the file in the thread, indented for people. */
export function requestFile(shown: ShownRequest): string {
  const { headline, hash, calls, beside, reliesOn, warnings, terms, differences } = shown;
  const content = {
    headline,
    sha256: hash,
    terms,
    warnings,
    differences,
    calls,
    checkedAgain: beside,
    reliesOn,
  };
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

/** A checkpoint with more files is shown as a count, a total size and a combined hash. */
const maxFiles = 30;

export function basisInShort(basis: Basis): Basis | JsonObject {
  if (basis.kind !== 'checkpoint' || basis.files.length <= maxFiles) return basis;
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

/** A call has the tags of the request and those of the attempt. */
function withoutTags({ Tags: _tags, ...rest }: JsonObject): JsonObject {
  return rest;
}

function text(value: Json): string {
  return JSON.stringify(value);
}
