/** Words of Python and of its `datetime`; everything else outside of strings is written as in JSON. */
const words: Readonly<Record<string, string>> = { True: 'true', False: 'false', None: 'null' };
const word = /[A-Za-z_][\w.]*/y;
/** `datetime.datetime(2025, 11, 4, 1, 0, tzinfo=tzlocal())` */
const moment = /datetime\.datetime\(([\d, ]{1,80})(?:tzinfo=[^()]{1,80}(?:\([^()]{0,80}\))?)?\)/y;
const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

/** Writes the dictionary that `print` shows of a boto3 answer as JSON. */
export function jsonOfPython(text: string): string {
  const parts: string[] = [];
  let at = 0;
  while (at < text.length) {
    const { json, end } = stringAt(text, at) ??
      momentAt(text, at) ??
      wordAt(text, at) ?? { json: text[at] ?? '', end: at + 1 };
    parts.push(json);
    at = end;
  }
  return parts.join('');
}

interface Piece {
  readonly json: string;
  readonly end: number;
}

function stringAt(text: string, start: number): Piece | undefined {
  const mark = text[start];
  if (mark !== "'" && mark !== '"') return undefined;
  let end = start + 1;
  while (end < text.length && text[end] !== mark) end += text[end] === '\\' ? 2 : 1;
  const value = text
    .slice(start + 1, end)
    .replaceAll(/\\(x[0-9a-f]{2}|u[0-9a-f]{4}|.)/gs, (_, code: string) =>
      /^[xu]./.test(code) ? String.fromCharCode(Number.parseInt(code.slice(1), 16)) : (escapes[code] ?? code),
    );
  return { json: JSON.stringify(value), end: end + 1 };
}

function momentAt(text: string, start: number): Piece | undefined {
  moment.lastIndex = start;
  const found = moment.exec(text);
  if (found === null) return undefined;
  const [year = 0, month = 1, ...rest] = (found[1] ?? '').split(',').map(Number);
  const [day = 1, hour = 0, minute = 0, second = 0, micro = 0] = rest;
  const at = Date.UTC(year, month - 1, day, hour, minute, second, micro / 1000);
  return { json: JSON.stringify(new Date(at).toISOString()), end: moment.lastIndex };
}

function wordAt(text: string, start: number): Piece | undefined {
  word.lastIndex = start;
  const found = word.exec(text)?.[0];
  return found === undefined ? undefined : { json: words[found] ?? found, end: start + found.length };
}
