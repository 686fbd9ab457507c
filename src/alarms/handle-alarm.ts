import { OpsError } from '../errors.ts';
import type { ClearAlarm } from '../incidents/intake/alarm-cleared.ts';
import type { FailureReport, Plan } from '../incidents/intake/failure-report.ts';
import type { Intake } from '../incidents/intake/intake.ts';
import type { Flapping } from '../incidents/model/alarm-states.ts';
import type { Log } from '../log.ts';
import { type CorrelateDeps, correlate, type Meaning } from './correlate.ts';
import { parseSignal } from './parse/parse.ts';
import type { Signal } from './parse/signal.ts';
import type { AlarmStates } from './ports.ts';
import { type Lookup, needsTags } from './rules.ts';

/** The ways on which a failure may be announced; `replay`: a kept message that a person hands in again. */
export type IntakePath = 'sqs' | 'sns' | 'poller' | 'replay';

/** One message as it came. The same one may come again, on any path. */
export interface AlarmMessage {
  readonly id: string;
  readonly body: string;
  readonly path: IntakePath;
}

/** `opened` and the others: what became of its incident; `kept`: nobody could use it, so it is a dead letter. */
export type AlarmOutcome = 'opened' | 'joined' | 'known' | 'calm' | 'quiet' | 'late' | 'kept';

/** Where all paths end. Whoever hands a letter in may forget it when the promise is kept; it throws when it could not be recorded. */
export type AlarmHandler = (message: AlarmMessage) => Promise<AlarmOutcome>;

/** Where messages go that nobody could use; `redis/dead-letters.ts` implements it. */
export interface DeadLetterQueue {
  /** Keeping the same message twice keeps one. */
  readonly keep: (message: {
    readonly id: string;
    readonly at: number;
    readonly reason: string;
    readonly body: string;
    readonly path: IntakePath;
  }) => Promise<void>;
}

export interface AlarmHandlerDeps extends CorrelateDeps {
  readonly states: AlarmStates;
  /** So many changes within so many minutes are flapping. */
  readonly flapping: Flapping;
  /** The tags of an alarm, by its ARN. */
  readonly tagsOf: (arn: string) => Promise<Readonly<Record<string, string>>>;
  readonly intake: Intake;
  readonly clearAlarm: ClearAlarm;
  /** The playbook that handles a kind of failure, when there is one. */
  readonly planFor: (kind: FailureReport['kind']) => Plan | undefined;
  /** Has the incident act on what was recorded, and a step that waits for its time look again; `queue/follow.ts`. */
  readonly advanceLater: (incident: string) => void;
  /** The open incident of a job or an endpoint. */
  readonly openIncidentOf: (job: string) => Promise<string | undefined>;
  readonly deadLetters: DeadLetterQueue;
  readonly now: () => number;
  readonly log: Log;
}

export function createAlarmHandler(parts: AlarmHandlerDeps): AlarmHandler {
  return async (letter) => {
    const outcome = await handle(parts, letter.body);
    const { id, path } = letter;
    if (typeof outcome === 'string') {
      parts.log.info({ message: id, path, outcome }, 'alarm');
      return outcome;
    }
    parts.log.warn(
      { message: id, path, problem: outcome.problem },
      'an alarm message is kept as a dead letter',
    );
    await parts.deadLetters.keep({ ...letter, at: parts.now(), reason: outcome.problem });
    return 'kept';
  };
}

type Handled = Exclude<AlarmOutcome, 'kept'> | { readonly problem: string };

async function handle(parts: AlarmHandlerDeps, body: string): Promise<Handled> {
  const parsed = parseSignal(body);
  if ('unreadable' in parsed) return { problem: parsed.unreadable };
  const { signal } = parsed;
  const meaning = correlate(parts, signal, await lookUp(parts, signal));
  if ('unreadable' in meaning) return { problem: meaning.unreadable };
  const { changes: many, minutes } = parts.flapping;
  const { stale, changes } = await parts.states.note(changeIn(signal, meaning), minutes * 60_000);
  if (stale) return 'late';
  return record(parts, meaning, changes >= many ? { changes, minutes } : undefined);
}

/** What the message itself does not tell. */
async function lookUp({ rules, tagsOf, states }: AlarmHandlerDeps, signal: Signal): Promise<Lookup> {
  if (signal.type !== 'alarm') return {};
  const { arn, children } = signal;
  const tags = arn !== undefined && needsTags(rules, signal) ? await tagsOf(arn) : undefined;
  const below = await Promise.all(children.map((name) => states.last(`alarm:${name}`)));
  return { tags, childJobs: below.flatMap((change) => change?.job ?? []) };
}

const ended: ReadonlySet<string> = new Set(['Completed', 'Failed', 'Stopped']);

function changeIn(signal: Signal, meaning: Meaning): Parameters<AlarmStates['note']>[0] {
  const { at } = signal;
  switch (signal.type) {
    case 'alarm': {
      const about =
        'report' in meaning ? meaning.report.job : 'calm' in meaning ? meaning.calm.job : undefined;
      return { key: `alarm:${signal.name}`, state: signal.state, at, final: false, job: about };
    }
    case 'training-job':
      return {
        key: `job:${signal.job}`,
        state: `${signal.status} / ${signal.secondaryStatus}`,
        at,
        final: ended.has(signal.status),
      };
    case 'endpoint':
      return { key: `endpoint:${signal.endpoint}`, state: signal.status, at, final: false };
    case 'model-package':
      return { key: `package:${signal.arn}`, state: signal.status, at, final: false };
  }
}

async function record(
  parts: AlarmHandlerDeps,
  meaning: Meaning,
  flapping: Flapping | undefined,
): Promise<Handled> {
  if ('report' in meaning) return report(parts, { ...meaning.report, flapping });
  if ('calm' in meaning) {
    const incident = await parts.clearAlarm({ ...meaning.calm, flapping });
    if (incident !== undefined) parts.advanceLater(incident.id);
    return 'calm';
  }
  if ('news' in meaning) await wakeIncidentOf(parts, meaning.news);
  return 'quiet';
}

async function report(parts: AlarmHandlerDeps, broke: FailureReport): Promise<Handled> {
  try {
    const { incident, outcome } = await parts.intake({ ...broke, plan: parts.planFor(broke.kind) });
    parts.log.info({ incident: incident.id, job: incident.job, outcome }, 'incident');
    parts.advanceLater(incident.id);
    return outcome;
  } catch (error) {
    if (error instanceof OpsError && error.code === 'job-unmatched') return { problem: error.line };
    throw error;
  }
}

/** A job that trains again, or an endpoint that serves again: a step may be waiting for just that. */
async function wakeIncidentOf(
  { openIncidentOf, advanceLater }: AlarmHandlerDeps,
  job: string,
): Promise<void> {
  const incident = await openIncidentOf(job);
  if (incident !== undefined) advanceLater(incident);
}
