import { OpsError } from '../errors.ts';
import type { ClearAlarm } from '../incidents/intake/alarm-cleared.ts';
import type { FailureReport, Plan } from '../incidents/intake/failure-report.ts';
import type { Intake } from '../incidents/intake/intake.ts';
import type { Flapping } from '../incidents/model/alarm-states.ts';
import type { Log } from '../log.ts';
import { type CorrelateDeps, correlate, type Meaning } from './correlate.ts';
import { type Parsed, parseSignals } from './parse/parse.ts';
import type { Signal } from './parse/signal.ts';
import type { AlarmStates, MutedAlarms } from './ports.ts';
import { type Lookup, needsTags } from './rules.ts';
import { changeIn, keyOf } from './state-change.ts';

/** How a message reached Relight. `replay`: a dead letter that a person submitted again. */
export type IntakePath = 'sqs' | 'sns' | 'poller' | 'replay';

/** One message as received. The same message may arrive again, on any path. */
export interface AlarmMessage {
  readonly id: string;
  readonly body: string;
  readonly path: IntakePath;
}

/**
 * `opened`, `joined`, `known`, `calm`: the effect on its incident (`calm`: its alarm has cleared); `quiet`: nothing to do;
 * `late`: a later change was recorded before; `kept`: unusable, so it is in the dead-letter queue.
 */
export type AlarmOutcome = 'opened' | 'joined' | 'known' | 'calm' | 'quiet' | 'late' | 'kept';

/** The end of every intake path. Resolves once the message is recorded, so the caller may delete it; throws otherwise. */
export type AlarmHandler = (message: AlarmMessage) => Promise<AlarmOutcome>;

/** Keeps messages that could not be used; `redis/dead-letters.ts` implements it. */
export interface DeadLetterQueue {
  /** Keeping the same message twice keeps one. */
  readonly keep: (message: AlarmMessage & { readonly at: number; readonly reason: string }) => Promise<void>;
}

export interface AlarmHandlerDeps extends Omit<CorrelateDeps, 'account'> {
  /** The AWS account of Relight's credentials, if they tell it. */
  readonly account: () => Promise<string | undefined>;
  readonly states: AlarmStates;
  readonly muted: MutedAlarms;
  readonly flapping: Flapping;
  readonly tagsOf: (arn: string) => Promise<Readonly<Record<string, string>>>;
  readonly intake: Intake;
  readonly clearAlarm: ClearAlarm;
  readonly planFor: (kind: FailureReport['kind']) => Plan | undefined;
  /** Advances the incident in the background and wakes its waiting step; `queue/steps/advance-later.ts`. */
  readonly advanceLater: (incident: string) => void;
  readonly openIncidentOf: (job: string) => Promise<string | undefined>;
  readonly deadLetters: DeadLetterQueue;
  readonly now: () => number;
  readonly log: Log;
}

export function createAlarmHandler(deps: AlarmHandlerDeps): AlarmHandler {
  return async (message) => {
    const outcome = await handleAll(deps, message);
    const { id, path } = message;
    if (typeof outcome === 'string') {
      deps.log.info({ message: id, path, outcome }, 'alarm');
      return outcome;
    }
    deps.log.warn({ message: id, path, problem: outcome.problem }, 'alarm message kept as a dead letter');
    await deps.deadLetters.keep({ ...message, at: deps.now(), reason: outcome.problem });
    return 'kept';
  };
}

type Handled = Exclude<AlarmOutcome, 'kept'> | { readonly problem: string };

/** The effect that is reported for a message with several notifications is the first of these. */
const byWeight = ['opened', 'joined', 'known', 'calm', 'late', 'quiet'] as const;

/** One after another, so that a redelivered message repeats them in the same order. One bad notification keeps the message. */
async function handleAll(deps: AlarmHandlerDeps, { body, path }: AlarmMessage): Promise<Handled> {
  const all: Handled[] = [];
  for (const parsed of parseSignals(body)) all.push(await handle(deps, parsed, path));
  const problems = all.flatMap((one) => (typeof one === 'string' ? [] : [one.problem]));
  if (problems.length > 0) return { problem: [...new Set(problems)].slice(0, 3).join('; ') };
  return byWeight.find((one) => all.includes(one)) ?? 'quiet';
}

async function handle(deps: AlarmHandlerDeps, parsed: Parsed, path: IntakePath): Promise<Handled> {
  if ('problem' in parsed) return parsed;
  const signal = path === 'poller' ? await withMute(deps, parsed.signal) : parsed.signal;
  const account = await deps.account();
  const meaning = correlate({ ...deps, account }, signal, await lookUp(deps, signal));
  if ('problem' in meaning) {
    await noteMute(deps.muted, signal);
    return meaning;
  }
  if ('ignored' in meaning) deps.log.info({ why: meaning.ignored }, 'alarm message needs no incident');
  const { changes: limit, minutes } = deps.flapping;
  const { stale, changes } = await deps.states.note(changeIn(signal, meaning), minutes * 60_000);
  if (stale) return 'late';
  await noteMute(deps.muted, signal);
  return record(deps, meaning, changes >= limit ? { changes, minutes } : undefined);
}

/** DescribeAlarms does not tell that a mute rule applies, but the event of the same change did. */
async function withMute({ states, muted, now }: AlarmHandlerDeps, signal: Signal): Promise<Signal> {
  if (signal.type !== 'alarm' || signal.state !== 'ALARM') return signal;
  const last = await states.last(keyOf(signal));
  if (last?.mutedUntil === undefined || last.at < signal.at || last.mutedUntil <= now()) return signal;
  const { why = 'is muted by a mute rule' } =
    (await muted.all()).find(({ name }) => name === signal.subject) ?? {};
  return { ...signal, muted: { why, until: last.mutedUntil } };
}

/** People see which alarms are quiet and until when: nothing opens for them. */
async function noteMute(alarms: MutedAlarms, signal: Signal): Promise<void> {
  if (signal.type !== 'alarm') return;
  const { subject: name, state, muted, at: since } = signal;
  if (state === 'ALARM' && muted !== undefined) await alarms.note({ name, since, ...muted });
  else await alarms.drop(name);
}

/** Reads from AWS and Redis the facts that the message itself does not contain. */
async function lookUp({ rules, tagsOf, states }: AlarmHandlerDeps, signal: Signal): Promise<Lookup> {
  if (signal.type !== 'alarm') return {};
  const { arn, children } = signal;
  const tags = arn !== undefined && needsTags(rules, signal) ? await tagsOf(arn) : undefined;
  const changes = await Promise.all(children.map((name) => states.last(`alarm:${name}`)));
  return { tags, childJobs: changes.flatMap((change) => change?.job ?? []) };
}

async function record(
  deps: AlarmHandlerDeps,
  meaning: Meaning,
  flapping: Flapping | undefined,
): Promise<Handled> {
  if ('report' in meaning) return report(deps, { ...meaning.report, flapping });
  if ('cleared' in meaning) {
    const incident = await deps.clearAlarm({ ...meaning.cleared, flapping });
    if (incident !== undefined) deps.advanceLater(incident.id);
    return 'calm';
  }
  if ('wake' in meaning) await wakeIncidentOf(deps, meaning.wake);
  return 'quiet';
}

async function report(deps: AlarmHandlerDeps, broke: FailureReport): Promise<Handled> {
  try {
    const { incident, outcome } = await deps.intake({ ...broke, plan: deps.planFor(broke.kind) });
    deps.log.info({ incident: incident.id, job: incident.job, outcome }, 'incident');
    deps.advanceLater(incident.id);
    return outcome;
  } catch (error) {
    if (error instanceof OpsError && error.code === 'job-unmatched') return { problem: error.line };
    throw error;
  }
}

/** A step may be waiting for exactly this: the job trains again, or the endpoint serves again. */
async function wakeIncidentOf(
  { openIncidentOf, advanceLater }: AlarmHandlerDeps,
  job: string,
): Promise<void> {
  const incident = await openIncidentOf(job);
  if (incident !== undefined) advanceLater(incident);
}
