import { quote } from '../../in-words.ts';
import { formOf } from '../judge/detect-schema.ts';
import type { Problem } from '../judge/problem.ts';
import { isRecord } from '../judge/record-path.ts';
import { parseJson, tokensOf } from './json-text.ts';

/** Keys below which files usually keep their records. */
const usualKey =
  /^(?:data(?:set)?s?|rows?|records?|items?|entries|examples?|instances?|samples?|documents?|docs|results?|questions?|problems?|conversations|annotations|train(?:ing)?|test(?:ing)?|val(?:id(?:ation)?)?|dev|eval)$/i;

/** Below another key, this many records with this share of the text are the data, not a part of one record. */
const tellingItems = 5;
const tellingShare = 0.8;

/** One column of an unfinished object: no record lists this many texts. */
const tellingTexts = 100;

/** Wrappers are rarely nested deeper. */
const maxDepth = 2;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Recognizes a text that is one object with all records in it, below a key or column by column. Undefined if the
 * object is a record itself. An incomplete text is only the beginning of the object.
 */
export function recordsBelow(text: string, complete: boolean): Problem | undefined {
  if (!complete) return inBeginning(text);
  const object = parseJson(text);
  if (!isRecord(object)) return undefined;
  if (isByColumn(object)) return columns(Object.keys(object), []);
  return formOf(object) === undefined ? within(object, []) : undefined;
}

function within(object: Fields, path: readonly string[]): Problem | undefined {
  if (isByColumn(object)) return columns(Object.keys(object), path);
  const lists = Object.keys(object).filter((key) => isListOfRecords(object[key], usualKey.test(key)));
  const usual = lists.filter((key) => usualKey.test(key));
  const below = usual.length > 0 ? usual : lists.filter((key) => isMostOf(object, key)).slice(0, 1);
  if (below.length > 0) return wrapper(path, below);
  const inside = path.length < maxDepth ? Object.entries(object) : [];
  for (const [key, value] of inside) {
    const found = isRecord(value) ? within(value, [...path, key]) : undefined;
    if (found !== undefined) return found;
  }
  return isByKey(object) ? wrapper(path, Object.keys(object).slice(0, 1)) : undefined;
}

function wrapper(path: readonly string[], keys: readonly string[]): Problem {
  const names = keys.slice(0, 3).map((key) => `"${quote([...path, key].join('.'), 40)}"`);
  const [only] = path.length === 0 && keys.length === 1 ? names : [];
  const help = only === undefined ? '' : `; load_dataset("json", field=${only}) reads them`;
  return { rule: 'json-wrapper', detail: `the records are below ${names.join(' and ')}${help}` };
}

function columns(keys: readonly string[], path: readonly string[]): Problem {
  const names = keys.slice(0, 3).map((key) => `"${quote(key, 40)}"`);
  const below = path.length === 0 ? '' : ` below "${quote(path.join('.'), 40)}"`;
  return {
    rule: 'json-columns',
    detail: `column by column${below}: one list per column, such as ${names.join(', ')}`,
  };
}

/** Lists of equal length, or objects with row numbers as keys, as `DataFrame.to_json` writes them. */
function isByColumn(object: Fields): boolean {
  const values = Object.values(object);
  const sizes = new Set(values.map((value) => (Array.isArray(value) ? value.length : rowsOf(value))));
  const [size = 0] = sizes;
  if (sizes.size !== 1 || size < 2 || values.some(isMessages)) return false;
  return !values.every((value) => isListOfRecords(value, false));
}

/** How many rows an object with the keys 0, 1, … has; 0 if it has other keys. */
function rowsOf(value: unknown): number {
  const keys = isRecord(value) ? Object.keys(value) : [];
  return keys.every((key, index) => key === String(index)) ? keys.length : 0;
}

function isMessages(value: unknown): boolean {
  const [first]: readonly unknown[] = Array.isArray(value) ? value : [];
  if (!isRecord(first)) return false;
  return ('role' in first || 'from' in first) && ('content' in first || 'value' in first);
}

/** Rows may be lists too, as in `to_json(orient="split")`. */
function isListOfRecords(value: unknown, rows: boolean): boolean {
  const [first]: readonly unknown[] = Array.isArray(value) ? value : [];
  return !isMessages(value) && (isRecord(first) || (rows && Array.isArray(first)));
}

function isMostOf(object: Fields, key: string): boolean {
  const value = object[key];
  if (!Array.isArray(value) || value.length < tellingItems) return false;
  return JSON.stringify(value).length >= tellingShare * JSON.stringify(object).length;
}

/** Records below their ids: objects with the same fields. */
function isByKey(object: Fields): boolean {
  const values = Object.values(object);
  const fields = (value: unknown): string => (isRecord(value) ? Object.keys(value).join() : '');
  const first = fields(values[0]);
  const enough = values.length >= tellingItems || (values.length > 1 && formOf(values[0]) !== undefined);
  return enough && first !== '' && values.every((value) => fields(value) === first);
}

/** Looks only at the keys, because the end of the object is not known. */
function inBeginning(text: string): Problem | undefined {
  const keys = new OpenKeys();
  for (const token of tokensOf(text)) {
    if (token === '{' && keys.isFirstOfList) {
      const [path, key] = [keys.path.slice(0, -1), keys.path.at(-1) ?? ''];
      return usualKey.test(key) ? wrapper(path, [key]) : undefined;
    }
    keys.add(token);
    if (keys.texts > tellingTexts || keys.path[1] === String(tellingTexts))
      return columns(keys.path.slice(0, 1), []);
  }
  return undefined;
}

/** Where a reader of JSON tokens is. */
class OpenKeys {
  /** The keys of the open objects, from the outside in. */
  readonly path: string[] = [];
  /** How many texts are in lists below a key of the outermost object. */
  texts = 0;
  readonly #open: string[] = [];
  #last = '';

  /** Whether the next value is in a list directly below `path`. */
  get isFirstOfList(): boolean {
    return this.#open.at(-1) === '[' && this.path.length === this.#open.length - 1;
  }

  add(token: string): void {
    if (token === '{' || token === '[') this.#open.push(token);
    else if (token === '}' || token === ']') this.#close();
    else if (token === ':') this.path[this.#open.length - 1] = String(parseJson(this.#last));
    else this.#addText(token);
  }

  #close(): void {
    this.#open.pop();
    this.path.length = Math.min(this.path.length, this.#open.length);
  }

  #addText(token: string): void {
    this.#last = token;
    if (this.isFirstOfList && this.#open.length === 2) this.texts += 1;
  }
}
