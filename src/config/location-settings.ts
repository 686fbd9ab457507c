import { z } from 'zod';
import { asFolder } from '../checkpoints/folders.ts';
import { S3Uri } from '../playbooks/define.ts';
import { isWithin, whyUnclear } from '../ports/s3/address.ts';

/** An S3 URI, with its pattern for the JSON Schema. */
export const S3Location = S3Uri.meta({ type: 'string', pattern: '^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/' });

const Prefixes = z.array(S3Location).min(1).optional();

/** The only S3 locations that recoveries of one tier may use. */
export const TierLocations = z.strictObject({
  checkpoints: Prefixes.describe(
    'the only folders that these jobs may write checkpoints to and resume from; default: the buckets that the failed job itself uses, and s3.checkpoints',
  ),
  data: Prefixes.describe(
    'the only folders of their training data and source archives; default: the buckets that the failed job itself uses',
  ),
  output: Prefixes.describe(
    'the only folders of their models and other output; default: the buckets that the failed job itself uses',
  ),
});

type Uri = z.infer<typeof S3Uri>;
type Places = Readonly<Record<string, Uri | readonly Uri[] | undefined>>;

/** Every S3 location of relight.yaml with its key. */
function* locationsIn(
  s3: Places,
  tiers: Readonly<Record<string, { readonly s3?: Places | undefined }>>,
): Generator<{ readonly key: string; readonly uri: Uri }> {
  const places = [
    ...Object.entries(s3).map(([name, value]) => [`s3.${name}`, value] as const),
    ...Object.entries(tiers).flatMap(([tier, { s3: own = {} }]) =>
      Object.entries(own).map(([name, value]) => [`tiers.${tier}.s3.${name}`, value] as const),
    ),
  ];
  for (const [key, value] of places)
    for (const uri of typeof value === 'string' ? [value] : (value ?? [])) yield { key, uri };
}

/** One line per location that lies among Relight's own records, or that has no single meaning. */
export function locationProblems(
  { s3, tiers }: { readonly s3: Places; readonly tiers: Parameters<typeof locationsIn>[1] },
  auditBucket: string | undefined,
): string[] {
  return [...locationsIn(s3, tiers)].flatMap(({ key, uri }) => {
    const why = whyUnclear(uri);
    if (why !== undefined) return [`${key} ${uri} ${why}`];
    if (auditBucket === undefined || !isWithin(asFolder(uri), `s3://${auditBucket}/`)) return [];
    return [`${key} ${uri} is in AUDIT_BUCKET, which is for Relight's own records: choose another bucket`];
  });
}
