import { type Version, versionName } from './version.ts';

export interface Fallback {
  readonly chosen: Version | undefined;
  /** The versions above it that cannot be served, with the reason each. */
  readonly passedOver: readonly { readonly name: string; readonly why: string }[];
}

/**
 * The highest version below the one that is served which is approved, whole, and whose artefact is still there. A newer
 * one than the served one is never a way back, however good it looks.
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
  return artefact === undefined ? 'names no artefact' : `${artefact} is not there any more`;
}
