import { sha256 } from '../../audit/chain.ts';
import type { Proposal } from '../../ports/step-output.ts';

/** What people approve by: the request, together with all that it relies on. */
export function hashOf({ request, reliesOn = [] }: Pick<Proposal, 'request' | 'reliesOn'>): string {
  // Proposals that rely on nothing, and those of earlier versions, are known by their request alone.
  return reliesOn.length === 0 ? sha256(request) : sha256({ request, reliesOn });
}
