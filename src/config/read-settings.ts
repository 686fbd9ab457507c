import { z } from 'zod';
import { inOurWords, unknownKey } from './problem-words.ts';
import { Settings } from './settings.ts';
import { settingsProblems } from './settings-rules.ts';
import { type ConfigText, readConfigText } from './yaml-text.ts';

export function readSettings(
  path: string,
): { readonly settings: Settings } | { readonly problems: readonly string[] } {
  const text = readConfigText(path);
  if ('problems' in text) return text;
  const parsed = Settings.safeParse(text.value, { error: inOurWords });
  if (!parsed.success)
    return { problems: parsed.error.issues.flatMap((issue) => linesFor(path, text, issue)) };
  const problems = settingsProblems(parsed.data).map((problem) => lineFor(path, text, problem));
  return problems.length > 0 ? { problems } : { settings: parsed.data };
}

function linesFor(file: string, text: ConfigText, issue: z.core.$ZodIssue): readonly string[] {
  if (issue.code !== 'unrecognized_keys') return [lineFor(file, text, issue)];
  const known = keysAt(issue.path);
  return issue.keys.map(
    (key) =>
      `${file}, line ${text.lineOf([...issue.path, key])}: ${[...issue.path, key].join('.')} ${unknownKey(key, known)}`,
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

/** The JSON Schema of relight.yaml, for editors: what `relight config check` checks field by field. */
export function settingsSchema(): JsonSchema {
  const schema = z.toJSONSchema(Settings, { io: 'input', unrepresentable: 'any' });
  return { ...schema, title: 'relight.yaml', description: 'The configuration of Relight' };
}

/** The keys that may stand at a place of relight.yaml; none where the place has no fixed keys. */
function keysAt(path: readonly PropertyKey[]): readonly string[] {
  const found = path.reduce<JsonSchema | undefined>((at, key) => at && below(at, key), settingsSchema());
  return Object.keys(found?.properties ?? {});
}

function below(schema: JsonSchema, key: PropertyKey): JsonSchema | undefined {
  const next =
    typeof key === 'number'
      ? schema.items
      : (schema.properties?.[String(key)] ?? schema.additionalProperties);
  return typeof next === 'object' && !Array.isArray(next) ? (next as JsonSchema) : undefined;
}
