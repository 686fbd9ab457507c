import { readFileSync } from 'node:fs';
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { yamlMessage, yamlWords } from './yaml-words.ts';

/** The parsed value of a YAML file, with the line of each field. */
export interface ConfigText {
  readonly value: unknown;
  /** The line of the field, or of its nearest existing parent. */
  readonly lineOf: (path: readonly PropertyKey[]) => number;
}

/** The parsed file, or one line per problem. */
export type ReadText = ConfigText | { readonly problems: readonly string[] };

/**
 * Reads a YAML file. Never throws: each problem names the file, the line if there is one, and what to do.
 * @example readConfigText('relight.yaml') // { value: { incident_channel: 'C0INCIDENT', … }, lineOf }
 */
export function readConfigText(path: string): ReadText {
  const bytes = bytesOf(path);
  if (typeof bytes === 'string') return { problems: [bytes] };
  const text = utf8(bytes);
  if (typeof text === 'number')
    return {
      problems: [`${path}, line ${text}: is not UTF-8 text; save the file as UTF-8 in your editor`],
    };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  // Only the first error is reported, since the others are mostly caused by it.
  const [error] = [...document.errors, ...document.warnings];
  if (error !== undefined)
    return { problems: [`${path}, line ${lines.linePos(error.pos[0]).line}: ${yamlMessage(error)}`] };
  return valueOf(path, document, lines);
}

const otherFile = 'name another file with RELIGHT_CONFIG or --file';

/** The file's bytes, or a message if it cannot be read. */
function bytesOf(path: string): Buffer | string {
  try {
    return readFileSync(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'EISDIR') return `${path} is a folder; ${otherFile}, such as ${path}/relight.yaml`;
    if (code === 'EACCES')
      return `${path} cannot be read by this user; run \`chmod +r ${path}\`, or ${otherFile}`;
    return `${path} cannot be read; copy relight.example.yaml there, or ${otherFile}`;
  }
}

/** The text, or the number of the first line that is not UTF-8. */
function utf8(bytes: Buffer): string | number {
  const strict = new TextDecoder('utf-8', { fatal: true });
  try {
    return strict.decode(bytes);
  } catch {
    const read = bytes.toString('utf8');
    return read.slice(0, read.indexOf('\uFFFD')).split('\n').length;
  }
}

function valueOf(path: string, document: Document.Parsed, lines: LineCounter): ReadText {
  const alias = brokenAlias(document);
  if (alias !== undefined)
    return {
      problems: [`${path}, line ${lines.linePos(alias).line}: is not YAML: it ${yamlWords.BAD_ALIAS}`],
    };
  let value: unknown;
  try {
    value = document.toJS();
  } catch {
    return { problems: [`${path}: has too many aliases (*name) of aliases; write the values out instead`] };
  }
  if (value === null || value === undefined)
    return { problems: [`${path}: is empty; copy relight.example.yaml there and enter your own IDs`] };
  if (typeof value !== 'object' || Array.isArray(value))
    return {
      problems: [
        `${path}, line 1: must begin with keys such as \`incident_channel: C012ABCDEF\`; see relight.example.yaml`,
      ],
    };
  return { value, lineOf: (field) => lineIn(document, lines, field) };
}

/** The position of the first alias without an anchor before it. */
function brokenAlias(document: Document.Parsed): number | undefined {
  let at: number | undefined;
  visit(document, {
    Alias: (_, node) => {
      if (node.resolve(document) !== undefined) return undefined;
      at = node.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return at;
}

/** The line of the key or list entry, or of its parent if it is missing. */
function lineIn(document: Document.Parsed, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const parent: unknown =
      length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const at =
      keyStart(parent, String(path[length - 1])) ?? startOf(document.getIn(path.slice(0, length), true));
    if (at !== undefined) return lines.linePos(at).line;
  }
  return 1;
}

function keyStart(node: unknown, key: string): number | undefined {
  if (!isMap(node)) return undefined;
  return startOf(node.items.find((one) => isScalar(one.key) && one.key.value === key)?.key);
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
