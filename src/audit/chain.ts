import { z } from 'zod';
import { OpsError } from '../errors.ts';
import type { Chain, Place, Sealed, Unsealed } from '../incidents/journal/chain-port.ts';
import { autopilot } from '../playbooks/approved.ts';
import { sha256 } from '../ports/canonical.ts';
import type { Proofs } from './proofs.ts';

/** The hash before the first entry of a journal. */
export const genesis: string = '0'.repeat(64);

/** Links an entry to the previous one: changing, dropping or moving any entry breaks every later hash. */
export function seal<Event>(entry: Unsealed<Event>): Sealed<Event> {
  return { ...entry, hash: sha256(entry) };
}

/** The sequence number of the first entry that breaks the chain; undefined if the chain is intact. */
export function firstBreak(journal: readonly Sealed<unknown>[]): number | undefined {
  const isNext = createChainCheck();
  const broken = journal.findIndex((entry) => !isNext(entry));
  return broken === -1 ? undefined : broken;
}

/** Takes the entries of one journal in order, and tells of each whether it continues the chain. */
export function createChainCheck(): (entry: Sealed<unknown>) => boolean {
  let expected = { seq: 0, prev: genesis };
  return (entry) => {
    const holds = continues(entry, expected);
    expected = { seq: entry.seq + 1, prev: entry.hash };
    return holds;
  };
}

/** The proofs of an entry are not part of what its hash covers: they are made from the hash. */
function continues(
  { hash, seq, at, event, prev }: Sealed<unknown>,
  expected: Pick<Place, 'seq' | 'prev'>,
): boolean {
  return seq === expected.seq && prev === expected.prev && sha256({ seq, at, event, prev }) === hash;
}

/** A line as stored, before its event is parsed: the hash covers events of newer versions too. */
const Stored = z.object({
  seq: z.number(),
  at: z.number(),
  event: z.unknown(),
  prev: z.string(),
  hash: z.string(),
  proof: z.object({ mac: z.string(), sig: z.string().optional() }).optional(),
});

/** Without proofs, for a command that has no keys, only the hashes are checked. */
export function createChain(proofs?: Proofs, acceptsUnproven: () => boolean = () => false): Chain {
  return {
    genesis,
    seal: (entry, journal) => {
      const sealed = seal(entry);
      return proofs === undefined ? sealed : { ...sealed, proof: proofOf(proofs, sealed, journal) };
    },
    check: (line, { journal, ...place }) => {
      const stored = Stored.parse(line);
      const why = whyForged(stored, place, (mac) => {
        if (proofs === undefined) return true;
        return mac === undefined ? acceptsUnproven() : proofs.hasMac('journal', [journal, stored.hash], mac);
      });
      if (why !== undefined) throw new OpsError('journal-forged', `entry ${place.seq} of ${journal} ${why}`);
      return stored.hash;
    },
  };
}

function whyForged(
  stored: z.infer<typeof Stored>,
  expected: Pick<Place, 'seq' | 'prev'>,
  isOurs: (mac: string | undefined) => boolean,
): string | undefined {
  if (!continues(stored, expected)) return 'does not match the hashes before it';
  if (isOurs(stored.proof?.mac)) return undefined;
  return stored.proof === undefined
    ? 'has no proof of who wrote it'
    : 'was not written with RELIGHT_JOURNAL_KEY';
}

/** A decision of a person is also signed, by the process that took it. */
function proofOf(
  proofs: Proofs,
  { hash, event }: Sealed<unknown>,
  journal: string,
): { mac: string; sig?: string } {
  const mac = proofs.mac('journal', [journal, hash]);
  const sig = isDecision(event) ? proofs.sign('decision', [journal, hash]) : undefined;
  return { mac, ...(sig !== undefined && { sig }) };
}

const ByPerson = z.object({ by: z.object({ user: z.string().refine((user) => user !== autopilot) }) });

/** Whether a person decided this. The hash that is signed covers who, what and when, and every entry before it. */
export function isDecision(event: unknown): boolean {
  return ByPerson.safeParse(event).success;
}

/** Checks the signature of a person's decision. */
export function isSignedDecision(
  proofs: Proofs,
  {
    hash,
    proof,
  }: { readonly hash: string; readonly proof?: { readonly sig?: string | undefined } | undefined },
  journal: string,
): boolean {
  return proofs.isSigned('decision', [journal, hash], proof?.sig);
}
