import { Option } from 'commander';
import type { Settings } from '../../config/settings.ts';
import { S3Uri } from '../../playbooks/define.ts';
import type { Report } from '../../ports/step-output.ts';
import { schemaNames } from '../../training-data/schemas.ts';

/** The `--schema` option of all data commands. */
export function schemaOption(): Option {
  return new Option('--schema <schema>', 'the format of the records; overrides the tier').choices([
    ...schemaNames,
    'auto',
  ]);
}

/** Why one of the locations cannot be used; undefined if all are S3 URIs. */
export function wrongUri(uris: readonly string[]): string | undefined {
  const wrong = uris.find((uri) => !S3Uri.safeParse(uri).success);
  return wrong === undefined ? undefined : `${wrong} does not look like s3://bucket/prefix/`;
}

/** Why the tier cannot be used; undefined if relight.yaml has it, or if there is no relight.yaml. */
export function wrongTier(tier: string | undefined, tiers?: Settings['tiers']): string | undefined {
  const names = Object.keys(tiers ?? {});
  if (tier === undefined || tiers === undefined || names.includes(tier)) return undefined;
  return `relight.yaml has no tier ${tier}; its tiers are ${names.join(', ')}`;
}

/** A report as lines for the terminal. */
export function reportLines({ headline, facts = [], lines = [] }: Report): readonly string[] {
  return [headline, ...facts.map(({ label, value }) => `${label}: ${value}`), ...lines];
}
