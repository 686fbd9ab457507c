import { needsSecret } from '../fallback-settings.ts';
import type { Settings } from '../settings.ts';

/** The secrets that relight.yaml needs and the environment lacks. A bot pages nobody, so it needs none. */
export function missingSecrets(
  { paging, notify_fallback: fallback }: Settings,
  variables: Readonly<Record<string, string | undefined>>,
): string[] {
  if (variables['RELIGHT_ROLE'] === 'bot') return [];
  const lacks = (name: string, needed: boolean): boolean => needed && variables[name] === undefined;
  return [
    ...(lacks('RELIGHT_PAGING_KEY', paging !== undefined)
      ? [
          'RELIGHT_PAGING_KEY is required: relight.yaml has `paging`; set the integration key, or remove `paging`',
        ]
      : []),
    ...(lacks('RELIGHT_FALLBACK_SECRET', needsSecret(fallback))
      ? [
          'RELIGHT_FALLBACK_SECRET is required: notify_fallback.webhook in relight.yaml contains {secret}; set it, or remove {secret}',
        ]
      : []),
  ];
}
