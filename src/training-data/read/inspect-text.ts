import type { Problem } from '../judge/problem.ts';
import { collect, oneChunk } from './chunks.ts';
import { asUtf8, encodingOf } from './encoding.ts';
import type { Format } from './format.ts';
import { layoutOf } from './json-layout.ts';
import { isJson } from './json-text.ts';
import { toldByContent, toldByName } from './told-formats.ts';

export interface InspectedText {
  /** Absent if there is nothing to read. */
  readonly format?: Format;
  readonly problems: readonly Problem[];
  /** The beginning of the object, decompressed and as UTF-8. */
  readonly head: Uint8Array;
  /** The first record does not end within the head. */
  readonly open?: boolean;
}

/** Detects how records are arranged in a text. `bytes`: its decompressed beginning. `whole`: there is no more. */
export async function inspectText(bytes: Buffer, name: string, whole: boolean): Promise<InspectedText> {
  const encoding = encodingOf(bytes);
  const head = encoding === undefined ? bytes : await collect(asUtf8(oneChunk(bytes), encoding));
  const text = head.toString('utf8');
  const told = toldFor(bytes, text, name);
  if (told !== undefined) return notRecords(name, told);
  const { form, problems, prose, open } = layoutOf(text, whole);
  if (prose !== undefined) return notRecords(name, prose);
  const noted: readonly Problem[] = [
    ...(encoding === undefined ? [] : [{ rule: 'utf-16' } as const]),
    ...(isAugmented(text, name) ? [{ rule: 'augmented-manifest' } as const] : []),
    ...problems,
  ];
  if (form === undefined) return { head, problems: noted };
  return { head, ...(open && { open }), problems: noted, format: { form, ...(encoding && { encoding }) } };
}

/** What the object is if it holds no JSON. Records are also found in files with the name of another format. */
function toldFor(bytes: Buffer, text: string, name: string): string | undefined {
  const told = toldByContent(bytes) ?? (isJsonLike(text) ? undefined : toldByName(name));
  return told ?? (isBinary(text) ? 'binary data of an unknown format' : undefined);
}

/** A name that promises JSON makes it an error, because a trainer tries to read the object. */
function notRecords(name: string, detail: string): InspectedText {
  const rule = /\.(?:jsonl?|ndjson)$/.test(name) ? 'not-json' : 'unknown-format';
  return { head: new Uint8Array(), problems: [{ rule, detail }] };
}

function isJsonLike(text: string): boolean {
  return /^\ufeff?\s*(?:\{\s*["}]|\[\s*[{[\]"])/.test(text);
}

/** A NUL at the beginning, and no line of JSON. Among records, one with a NUL is reported as such. */
function isBinary(text: string): boolean {
  if (/^[{[]/.test(text) || !text.slice(0, 512).includes('\0')) return false;
  return !text.split('\n').some(isJson);
}

/** Lines that name objects: https://docs.aws.amazon.com/sagemaker/latest/dg/augmented-manifest.html */
const firstLineWithObject = /^\ufeff?\s*\{[^\n]{0,4000}"[\w-]{1,60}-ref"\s*:\s*"s3:/;

/** One with the usual name is recognized by it. */
function isAugmented(text: string, name: string): boolean {
  return !name.endsWith('.manifest') && firstLineWithObject.test(text);
}
