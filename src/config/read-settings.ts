import { z } from 'zod';
import { withPricesFrom } from './price-settings.ts';
import { problemMessage, unknownKey } from './problem-words.ts';
import { Settings } from './settings.ts';
import { settingsProblems } from './settings-rules.ts';
import { type ConfigText, readConfigText } from './yaml/yaml-text.ts';

/**
 * Reads and validates relight.yaml. Never throws: each problem is one line with the file, the line number, the key and
 * what to do.
 * @example readSettings('relight.yaml') // { problems: ['relight.yaml, line 3: tiers.gold.rto_minutes must be a number…'] }
 */
export function readSettings(
  path: string,
): { readonly settings: Settings } | { readonly problems: readonly string[] } {
  const text = readConfigText(path);
  if ('problems' in text) return text;
  const parsed = Settings.safeParse(withPricesFrom(path, text.value), { error: problemMessage });
  if (!parsed.success)
    return { problems: parsed.error.issues.flatMap((issue) => linesFor(path, text, issue)) };
  const problems = settingsProblems(parsed.data).map((problem) => lineFor(path, text, problem));
  return problems.length > 0 ? { problems } : { settings: parsed.data };
}

function linesFor(file: string, text: ConfigText, issue: z.core.$ZodIssue): readonly string[] {
  if (issue.code !== 'unrecognized_keys') return [lineFor(file, text, issue)];
  const known = keysAt(issue.path);
  return issue.keys.map((key) =>
    lineFor(file, text, { path: [...issue.path, key], message: unknownKey(key, known) }),
  );
}

function lineFor(
  file: string,
  text: ConfigText,
  { path, message }: { readonly path: readonly PropertyKey[]; readonly message: string },
): string {
  return `${file}, line ${text.lineOf(path)}: ${path.join('.')} ${message}`;
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

/**
 * The JSON Schema of relight.yaml for editors. It covers the fields, but not the rules across fields that
 * `relight config check` also checks.
 * @example JSON.stringify(settingsSchema())
 */
export function settingsSchema(): JsonSchema {
  const schema = z.toJSONSchema(Settings, { io: 'input', unrepresentable: 'any' });
  return { ...schema, title: 'relight.yaml', description: 'The configuration of Relight' };
}

/** The keys that are allowed at a path of relight.yaml; none if the path has no fixed keys. */
function keysAt(path: readonly PropertyKey[]): readonly string[] {
  const found = path.reduce<JsonSchema | undefined>((at, key) => at && subschema(at, key), settingsSchema());
  return Object.keys(found?.properties ?? {});
}

function subschema(schema: JsonSchema, key: PropertyKey): JsonSchema | undefined {
  const next =
    typeof key === 'number'
      ? schema.items
      : (schema.properties?.[String(key)] ?? schema.additionalProperties);
  // An object in this place of a JSON Schema is a schema.
  return typeof next === 'object' && !Array.isArray(next) ? (next as JsonSchema) : undefined;
}
