import { type Version, versionName } from './version.ts';

export interface Fallback {
  readonly chosen: Version | undefined;
  /** Newer versions that cannot be served, each with the reason. */
  readonly passedOver: readonly { readonly name: string; readonly why: string }[];
}

/**
 * The highest version below the served one that is approved, complete, and has an existing artifact. A version newer
 * than the served one is never a fallback.
 */
export function fallbackBelow(served: number, versions: readonly Version[]): Fallback {
  const below = versions
    .filter(({ version }) => version < served)
    .toSorted((one, other) => other.version - one.version);
  const at = below.findIndex((version) => problemWith(version) === undefined);
  const passed = at === -1 ? below : below.slice(0, at);
  return {
    chosen: below[at],
    passedOver: passed.map((version) => ({ name: versionName(version), why: problemWith(version) ?? '' })),
  };
}

function problemWith({ approval, status, artefact, artefactExists }: Version): string | undefined {
  if (approval !== 'Approved') return approval === 'Rejected' ? 'was rejected' : `is ${approval}`;
  if (status !== 'Completed') return `is ${status}`;
  if (artefactExists) return undefined;
  return artefact === undefined ? 'has no artifact' : `${artefact} no longer exists`;
}
