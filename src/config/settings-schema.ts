import { z } from 'zod';
import { Settings } from './settings.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The JSON Schema of relight.yaml, for editors: what `relight config check` checks field by field. */
export function settingsSchema(): JsonSchema {
  const schema = z.toJSONSchema(Settings, { io: 'input', unrepresentable: 'any' });
  return { ...schema, title: 'relight.yaml', description: 'The configuration of Relight' };
}

/** The keys that may stand at a place of relight.yaml; none where the place has no fixed keys. */
export function keysAt(path: readonly PropertyKey[]): readonly string[] {
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
