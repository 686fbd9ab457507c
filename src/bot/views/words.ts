import { clock } from '../../in-words.ts';
import type { IncidentKind, Role } from '../../playbooks/define.ts';

/** The signs that messages use; each has one meaning. */
export const signs = {
  broke: '🔴',
  recovered: '🟢',
  yours: '👉',
  working: '⏳',
  done: '✅',
  skipped: '⏭️',
  no: '✋',
  later: '▫️',
  warning: '⚠️',
  held: '🔕',
  paused: '⏸️',
  halted: '⛔',
} as const;

export const roleWords = {
  responder: 'a responder',
  lead: 'a lead',
  'production-approver': 'a production approver',
} as const satisfies Record<Role, string>;

/** The words for a recovery, by kind of incident. */
export function endWords(
  kind: IncidentKind,
): Readonly<Record<'again' | 'done' | 'due' | 'brokeAgain', string>> {
  if (kind === 'model_degraded')
    return {
      again: 'serving a good version',
      done: 'Restored',
      due: 'a good version should have been serving',
      brokeAgain: 'alarmed again',
    };
  if (kind === 'checkpoints_stopped')
    return {
      again: 'out of danger',
      done: 'Resolved',
      due: 'checkpoints should have resumed',
      brokeAgain: 'failed again',
    };
  return {
    again: 'training again',
    done: 'Recovered',
    due: 'training should have resumed',
    brokeAgain: 'failed again',
  };
}

/** With the date if it is not today. Slack's own date format shows each reader a different time, but people read threads to each other. */
export function moment(at: number, now: number): string {
  const [day, today] = [at, now].map((one) => new Date(one).toISOString().slice(0, 10));
  return day === today ? clock(at) : `${day}, ${clock(at)}`;
}

/** `45 min`, `1 h`, `2 h 5 min`. */
export function span(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), Math.round(minutes % 60)];
  if (hours === 0) return `${rest} min`;
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

/** The first entries of a list, and one more that counts the rest. */
export function atMost<T>(max: number, list: readonly T[], rest: (count: number) => T): readonly T[] {
  return list.length <= max ? list : [...list.slice(0, max), rest(list.length - max)];
}

export function counted(n: number, noun: string, plural = `${noun}s`): string {
  return `${n} ${n === 1 ? noun : plural}`;
}
