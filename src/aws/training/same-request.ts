import type { Json, JsonObject } from '../../ports/ports.ts';
import { isList, isObject } from './job-fields.ts';

/**
 * The dotted paths of what was asked for and is not there. What AWS adds by itself, such as a default LocalPath or
 * `EnableNetworkIsolation: false`, is no difference, and neither is a `false` that it leaves out.
 */
export function unmetFields(asked: JsonObject, found: JsonObject): string[] {
  return Object.entries(asked).flatMap(([key, value]) => unmet(key, value, found[key]));
}

function unmet(path: string, asked: Json, found: Json | undefined): string[] {
  if (isList(asked)) return unmetItems(path, asked, isList(found) ? found : []);
  if (isObject(asked))
    return unmetFields(asked, isObject(found) ? found : {}).map((below) => `${path}.${below}`);
  return asked === (found ?? (asked === false ? false : undefined)) ? [] : [path];
}

function unmetItems(path: string, asked: readonly Json[], found: readonly Json[]): string[] {
  if (asked.length !== found.length) return [path];
  return asked.flatMap((item, index) => unmet(`${path}.${index}`, item, found[index]));
}
