import { time } from '../../in-words.ts';
import { fallbackBelow } from '../../models/fallback.ts';
import { asVersion, Version, versionName } from '../../models/version.ts';
import { defineAction, OpsError, z } from '../define.ts';

const maxVersions = 50;

const Found = z.object({
  served: Version,
  fallback: Version,
  passedOver: z.array(z.object({ name: z.string(), why: z.string() })),
});
type Found = z.infer<typeof Found>;

export const findFallbackModel = defineAction({
  name: 'find-fallback-model',
  effect: 'read',
  judges: true,
  title: 'Fallback version',
  does: 'Finds the newest version before the live one that is approved, not marked as bad and still has its artifact.',
  input: z.object({ group: z.string(), version: z.number().int() }),
  output: Found,
  report: ({ fallback, passedOver }: Found) => ({
    headline: `Fall back to ${versionName(fallback)}`,
    facts: [
      { label: 'Registered', value: time(fallback.createdAt) },
      ...(fallback.job === undefined ? [] : [{ label: 'Trained by', value: fallback.job }]),
      ...(fallback.artefact === undefined ? [] : [{ label: 'Artifact', value: fallback.artefact }]),
    ],
    lines: passedOver.map(({ name, why }) => `${name} was skipped: ${why}`),
  }),
  run: async ({ group, version }, { models }) => {
    const versions = (await models.versions(group, maxVersions)).map(asVersion);
    const served = versions.find((one) => one.version === version);
    const { chosen, passedOver } = fallbackBelow(version, versions);
    if (served === undefined || chosen === undefined)
      throw new OpsError(
        'no-fallback',
        passedOver.map(({ name, why }) => `${name} ${why}`).join('; ') ||
          `${group} has no version before v${version}`,
      );
    return { served, fallback: chosen, passedOver: [...passedOver] };
  },
});
