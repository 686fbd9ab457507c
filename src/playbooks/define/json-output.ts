import { z } from 'zod';

/**
 * Outputs are stored as JSON in the journal and read back from there, so a step that ran and a step that is read again
 * must have the same result. JSON has no Map, Set, Date or bigint, and turns `undefined` in an array into null:
 * https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Global_Objects/JSON/stringify
 */

type NotJson = bigint | symbol | ((...args: never[]) => unknown);

/** `T`, with `never` in every place that JSON cannot hold. */
type Json<T> = T extends NotJson
  ? never
  : T extends readonly (infer E)[]
    ? undefined extends E
      ? unknown extends E
        ? T
        : never
      : [E] extends [Json<E>]
        ? T
        : never
    : T extends object
      ? { [K in keyof T]: undefined extends T[K] ? Json<Exclude<T[K], undefined>> | undefined : Json<T[K]> }
      : T;

/** Added to the type of an action: refuses an output that JSON cannot hold. Methods of a class, e.g. of Date, count. */
export type JsonOutput<O> = [O] extends [Json<O>]
  ? unknown
  : {
      readonly output: 'JSON cannot hold this output: no Map, Set, Date, bigint, function or undefined in an array';
    };

const unstorable: ReadonlySet<string> = new Set([
  'bigint',
  'date',
  'file',
  'function',
  'map',
  'nan',
  'promise',
  'set',
  'symbol',
]);
const missing: ReadonlySet<string> = new Set(['optional', 'undefined', 'void']);

/** The same check at startup, for playbooks in JavaScript: the first type of the schema that JSON cannot hold, and its place. */
export function notJsonIn(output: z.ZodType): string | undefined {
  const found: string[] = [];
  if (missing.has(output.def.type)) found.push('it may be undefined');
  z.toJSONSchema(output, {
    unrepresentable: 'any',
    override: ({ zodSchema: { _zod }, path }) => {
      const { def } = _zod;
      const at = path.filter((part) => part !== 'properties').join('.');
      if (unstorable.has(def.type)) found.push(`${at === '' ? 'it' : at} is a ${def.type}`);
      if (def.type === 'array' && missing.has(def.element._zod.def.type))
        found.push(`${at === '' ? 'it' : at} is an array with undefined in it`);
    },
  });
  return found[0];
}
