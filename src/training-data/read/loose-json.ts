import { endOfString, isJson } from './json-text.ts';

/** The way in which a text deviates from JSON although its meaning is clear. */
export type Habit = 'nan' | 'quotes' | 'words' | 'commas';

export interface Strict {
  readonly json: string;
  readonly habits: ReadonlySet<Habit>;
}

/** Values in Python and JavaScript, and their JSON equivalents. */
const words: Readonly<Record<string, readonly [json: string, habit: Habit]>> = {
  NaN: ['null', 'nan'],
  Infinity: ['null', 'nan'],
  '-Infinity': ['null', 'nan'],
  None: ['null', 'words'],
  True: ['true', 'words'],
  False: ['false', 'words'],
};

const token = /\s+|[“‘]([^”’"\\]*)[”’]|-?[A-Za-z]+|-?[0-9][0-9.eE+-]*|[{}[\]:,]/sy;

/** Rewrites near-JSON, such as a printed Python dict, as JSON. Undefined if it is not that. Keeps strings exactly. */
export function strictJson(text: string): Strict | undefined {
  const habits = new Set<Habit>();
  const parts: string[] = [];
  for (let at = 0; at < text.length; ) {
    const read = readToken(text, at);
    if (read === undefined) return undefined;
    write(read, parts, habits);
    at = read.end;
  }
  const json = parts.join('');
  return habits.size > 0 && isJson(json) ? { json, habits } : undefined;
}

interface Token {
  readonly whole: string;
  /** The text inside quotes other than JSON's. */
  readonly quoted?: string | undefined;
  readonly end: number;
}

function readToken(text: string, at: number): Token | undefined {
  const first = text.charAt(at);
  if (first === '"' || first === "'") {
    const end = endOfString(text, at);
    if (end === undefined) return undefined;
    const whole = text.slice(at, end);
    return first === '"' ? { whole, end } : { whole, quoted: whole.slice(1, -1), end };
  }
  token.lastIndex = at;
  const match = token.exec(text);
  return match === null ? undefined : { whole: match[0], quoted: match[1], end: token.lastIndex };
}

function write({ whole, quoted }: Token, parts: string[], habits: Set<Habit>): void {
  if (quoted !== undefined) {
    habits.add('quotes');
    parts.push(`"${requoted(quoted)}"`);
  } else if (whole.trim() !== '') {
    dropComma(whole, parts, habits);
    parts.push(meantBy(whole, habits));
  }
}

function dropComma(token: string, parts: string[], habits: Set<Habit>): void {
  if ((token !== '}' && token !== ']') || parts.at(-1) !== ',') return;
  habits.add('commas');
  parts.pop();
}

function meantBy(token: string, habits: Set<Habit>): string {
  const word = Object.hasOwn(words, token) ? words[token] : undefined;
  if (word === undefined) return token;
  habits.add(word[1]);
  return word[0];
}

/** A single-quoted string escapes single quotes, not double ones. */
function requoted(inside: string): string {
  return inside.replace(/\\(.)|"/gs, (whole, escaped: string | undefined) => {
    if (escaped === undefined) return '\\"';
    return escaped === "'" ? "'" : whole;
  });
}
