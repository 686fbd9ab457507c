import { z } from 'zod';
import { verifierNames } from './judge/verifiers.ts';
import { type SchemaChanges, type SchemaName, schemaNames } from './schemas.ts';

export const SchemaChoice = z.enum([...schemaNames, 'auto'], {
  error: `must be one of ${[...schemaNames, 'auto'].join(', ')}`,
});

/** Requirements for a tier's training data: `tiers.<tier>.data` in relight.yaml. */
export const TierData = z.strictObject({
  schema: SchemaChoice.default('auto').describe('auto: what most of the first records look like'),
  required: z
    .array(z.string().min(1))
    .optional()
    .describe('required fields, dotted; replaces the list of the schema'),
  verifiers: z
    .record(z.string(), z.enum(verifierNames))
    .optional()
    .describe(
      'additional names of data_source or dataset (may end with *), and how their ground truth is compared',
    ),
  token_limit: z.number().int().positive().optional().describe('maximum prompt length, in tokens'),
  batch: z.number().int().positive().optional().describe('records per batch'),
});
export type TierData = z.infer<typeof TierData>;

/** Keyed by tier name. A tier without an entry uses the requirements of the schema. */
export type TiersData = Readonly<Record<string, TierData>>;

/** Extracts the data requirements from the `tiers` of relight.yaml. */
export function tiersDataIn(
  tiers: Readonly<Record<string, { readonly data?: TierData | undefined }>>,
): TiersData {
  return Object.fromEntries(
    Object.entries(tiers).flatMap(([tier, { data }]) => (data === undefined ? [] : [[tier, data]])),
  );
}

export interface SchemaSelection {
  readonly schema: SchemaName;
  readonly changes: SchemaChanges;
}

/** An explicitly requested `schema` takes precedence over the tier's. */
export function selectSchema(
  tiers: TiersData,
  tier: string,
  schema: SchemaName | undefined,
): SchemaSelection {
  const { schema: usual = 'auto', ...data } = tiers[tier] ?? {};
  return { schema: schema ?? usual, changes: changesOf(data) };
}

export function changesOf({
  required,
  verifiers,
  token_limit,
  batch,
}: Omit<TierData, 'schema'>): SchemaChanges {
  return {
    ...(required && { required }),
    ...(verifiers && { verifiers }),
    ...(token_limit !== undefined && { tokenLimit: token_limit }),
    ...(batch !== undefined && { batch }),
  };
}
