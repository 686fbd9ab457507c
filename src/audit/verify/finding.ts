/** What was done to a journal, a head or an AWS object. */
export type FindingKind =
  | 'edit'
  | 'delete'
  | 'insert'
  | 'reorder'
  | 'truncation'
  | 'fork'
  | 'unproven'
  | 'head'
  | 'state'
  | 'clock'
  | 'not-archived'
  | 'redis-lost'
  | 'redis-differs'
  | 'orphan-spend'
  | 'missing-in-aws'
  | 'other-content';

/** One problem: what, where, and what to do, each one clause. A warning alone is no reason to exit with 1. */
export interface Finding {
  readonly kind: FindingKind;
  /** The journal, `workspace` included, or the AWS object. */
  readonly where: string;
  readonly says: string;
  readonly next: string;
  readonly isWarning?: true;
}

const restoreObject =
  'Compare the object with its earlier versions and with the bucket of your backup, and call security';

/** What to do about each kind. */
const nextSteps: Readonly<Record<FindingKind, string>> = {
  edit: restoreObject,
  delete: restoreObject,
  insert: restoreObject,
  reorder: restoreObject,
  truncation: restoreObject,
  fork: 'Find out which of the two Relight wrote: the one that a signed head covers. Call security if Redis was not restored from a backup',
  unproven:
    'If the keys were replaced, add the old ones to RELIGHT_JOURNAL_KEY and RELIGHT_VERIFY_KEY; otherwise call security',
  head: 'If the keys were replaced, add the old public key to RELIGHT_VERIFY_KEY, or that of a KMS key to RELIGHT_HEAD_VERIFY_KEY; otherwise call security',
  state: 'Call security: a false state keeps an open incident from being rebuilt',
  clock: 'Check the clocks of the machines (NTP); the order of the entries is certain',
  'not-archived':
    'Check the worker: /readyz and `relight doctor` say why the vault does not take the journal',
  'redis-lost': 'Restart a worker: it restores open incidents from the vault',
  'redis-differs':
    'The vault cannot be overwritten, so it is right. If Redis was not restored from a backup, call security',
  'orphan-spend': 'Find out who created it (CloudTrail), and stop it if nobody needs it',
  'missing-in-aws': 'Check AWS_REGION and the account; if both are right, somebody deleted it (CloudTrail)',
  'other-content':
    'Compare the object with the intent in the vault, and call security if nobody can explain it',
};

export function finding(kind: FindingKind, where: string, says: string): Finding {
  return { kind, where, says, next: nextSteps[kind] };
}

export function warning(kind: FindingKind, where: string, says: string): Finding {
  return { ...finding(kind, where, says), isWarning: true };
}

/** One line for a terminal. */
export function findingInWords({ kind, where, says, next, isWarning }: Finding): string {
  return `${isWarning === true ? 'warning, ' : ''}${kind}: ${where}: ${says}. ${next}.`;
}

/** Adds a problem of one journal. */
export type Found = (kind: FindingKind, says: string) => void;

export function timeOf(at: number): string {
  return new Date(at).toISOString();
}
