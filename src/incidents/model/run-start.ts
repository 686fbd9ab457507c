import { keyInRun } from '../../playbooks/define/run-keys.ts';
import type { EventOf } from './events.ts';
import { currentStep, type Incident } from './incident.ts';

type Started = EventOf<'playbook-started'>;

/** The incident after a playbook started: the first one, or one that replaces another. */
export function afterStart(incident: Incident, event: Started, at: number): Incident {
  const { earlier: before, pinned: keys, playbook: last } = incident;
  const { playbook, steps, chosen = false, job: subject = incident.subject, kind = incident.kind } = event;
  const { failedAt = incident.failedAt } = event;
  const earlier =
    last === undefined ? before : [...before, { playbook: last, pinned: keys, chosen: incident.chosen }];
  const pinned = steps.map((key) => keyInRun(key, earlier.length + 1));
  const states = left(incident, at);
  const attempts = attemptsAfter(incident, event, at);
  // A person who starts a playbook has decided on another attempt.
  const allowed = event.by === undefined ? {} : { attemptsAllowed: attempts.length };
  const next = {
    ...incident,
    ...allowed,
    subject,
    kind,
    failedAt,
    playbook,
    chosen,
    earlier,
    pinned,
    states,
    attempts,
  };
  return attempts === incident.attempts ? next : { ...next, reopenedIn: earlier.length };
}

/** A launched job that failed before it was seen to train also ends an attempt. */
function attemptsAfter({ attempts, subject }: Incident, { job }: Started, at: number): Incident['attempts'] {
  const counted = job === undefined || job === subject || attempts.at(-1)?.job === job;
  return counted ? attempts : [...attempts, { job, at }];
}

/** Skips the unfinished steps of the previous playbook. */
function left({ pinned, states }: Incident, at: number): Incident['states'] {
  const over = { status: 'skipped', reason: 'another playbook took over', at } as const;
  // The current step is already visible in the thread, even without events.
  const current = currentStep({ pinned, states });
  const open = pinned.filter((key) => {
    const status = states[key]?.status ?? (key === current ? 'waiting' : undefined);
    return status === 'waiting' || status === 'working' || status === 'proposed';
  });
  return { ...states, ...Object.fromEntries(open.map((key) => [key, over])) };
}
