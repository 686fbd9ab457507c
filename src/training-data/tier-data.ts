import { z } from 'zod';
import { verifierNames } from './judge/verifiers.ts';
import { type SchemaChanges, type SchemaName, schemaNames } from './schemas.ts';

export const SchemaChoice = z.enum([...schemaNames, 'auto'], {
  error: `must be one of ${[...schemaNames, 'auto'].join(', ')}`,
});

/** What the training data of a tier must look like: `tiers.<tier>.data` in relight.yaml. */
export const TierData = z.strictObject({
  schema: SchemaChoice.default('auto').describe('auto: what most of the first records look like'),
  required: z
    .array(z.string().min(1))
    .optional()
    .describe('fields that must be there, dotted, in place of those that the schema asks for'),
  verifiers: z
    .record(z.string(), z.enum(verifierNames))
    .optional()
    .describe(
      'further names of data_source or dataset (may end with *), and how their ground truth is compared',
    ),
  token_limit: z.number().int().positive().optional().describe('longest prompt, in tokens'),
  batch: z.number().int().positive().optional().describe('records of one batch'),
});
export type TierData = z.infer<typeof TierData>;

/** By name of the tier; a tier that says nothing asks for what the schema asks for. */
export type TiersData = Readonly<Record<string, TierData>>;

/** The `tiers` of relight.yaml, as far as they are about data. */
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

/** `schema`, when somebody named one, goes before what the tier says. */
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
