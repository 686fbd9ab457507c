import type { Thread } from './outbox.ts';

/** One decision in the audit channel, from one entry of a journal. */
export interface AuditLine {
  /** The number of the entry in its journal. */
  readonly seq: number;
  readonly at: number;
  readonly who: string;
  /** Untrusted text. */
  readonly what: string;
  readonly isRefused: boolean;
  /** The Slack ID of the person to whom an incident was handed over. */
  readonly to?: string | undefined;
}

/** The decisions of one journal. Each is a message of its own, so the thread has no root. */
export interface AuditThread extends Thread {
  /** Undefined for what belongs to no incident. */
  readonly incident: string | undefined;
  /** The address of the incident's thread, if it is known. */
  readonly link: string | undefined;
  readonly lines: readonly AuditLine[];
  /** How many entries the journal has, told or not. */
  readonly entries: number;
}

const prefix = 'audit-';
const workspace = 'workspace';

/** The decisions that belong to no incident, such as a halt. */
export const workspaceAudit = `${prefix}${workspace}`;

export function auditThread(incident: string): string {
  return `${prefix}${incident}`;
}

export function isAudit(thread: string): boolean {
  return thread.startsWith(prefix);
}

/** The incident that the thread is about; undefined for what belongs to no incident. */
export function auditedIncident(thread: string): string | undefined {
  const name = thread.slice(prefix.length);
  return name === workspace ? undefined : name;
}

export function auditKey({ seq }: Pick<AuditLine, 'seq'>): string {
  return `entry-${seq}`;
}
