import { asOpsError, OpsError } from '../errors.ts';
import type { Intake, Plan, Report } from '../incidents/intake.ts';
import type { Log } from '../log.ts';
import { type CorrelateParts, correlate } from './correlate.ts';
import { parseSignal } from './parse.ts';
import type { AlarmMessage, AlarmSource } from './source.ts';

/** Keeps what could not be understood; `queue/dead-letters.ts` is the one. */
export interface LetterBox {
  readonly keep: (letter: {
    readonly id: string;
    readonly at: number;
    readonly reason: string;
    readonly body: string;
  }) => Promise<void>;
}

export interface AlarmLoopParts extends CorrelateParts {
  readonly source: AlarmSource;
  readonly intake: Intake;
  /** The playbook that handles a kind of failure, when there is one. */
  readonly planFor: (kind: Report['kind']) => Plan | undefined;
  readonly advance: (incident: string) => Promise<void>;
  /** Has a step that waits for its time look again now. */
  readonly hurry: (incident: string) => Promise<void>;
  readonly deadLetters: LetterBox;
  readonly now: () => number;
  readonly log: Log;
}

export interface AlarmLoop {
  readonly close: () => Promise<void>;
}

const pauseAfterErrorMs = 2_000;

/** Long-polls the alarm queue until it is closed. A message is taken off the queue only when it is recorded. */
export function startAlarmLoop(parts: AlarmLoopParts): AlarmLoop {
  const stop = new AbortController();
  const running = loop(parts, stop.signal);
  return {
    close: async () => {
      stop.abort();
      await running;
    },
  };
}

async function loop(parts: AlarmLoopParts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const messages = await parts.source.receive(signal);
      await Promise.all(messages.map((message) => take(parts, message)));
    } catch (error) {
      if (signal.aborted) return;
      parts.log.warn({ error: asOpsError(error).line }, 'the alarm queue cannot be read');
      await pause(pauseAfterErrorMs, signal);
    }
  }
}

/** What cannot be recorded stays on the queue and comes again. */
async function take(parts: AlarmLoopParts, message: AlarmMessage): Promise<void> {
  try {
    const problem = await handle(parts, message.body);
    if (problem !== undefined) {
      parts.log.warn({ message: message.id, problem }, 'an alarm message is kept as a dead letter');
      await parts.deadLetters.keep({ id: message.id, at: parts.now(), reason: problem, body: message.body });
    }
    await parts.source.done(message);
  } catch (error) {
    parts.log.warn(
      { message: message.id, error: asOpsError(error).line },
      'an alarm could not be recorded; it will come again',
    );
  }
}

/** Answers with the reason why a message cannot be used. */
async function handle(parts: AlarmLoopParts, body: string): Promise<string | undefined> {
  const parsed = parseSignal(body);
  if ('unreadable' in parsed) return parsed.unreadable;
  const meaning = correlate(parts, parsed.signal);
  if ('unreadable' in meaning) return meaning.unreadable;
  if ('quiet' in meaning) return undefined;
  try {
    const { incident, outcome } = await parts.intake({
      ...meaning.report,
      plan: parts.planFor(meaning.report.kind),
    });
    parts.log.info({ incident: incident.id, job: incident.job, outcome }, 'alarm');
    await parts.advance(incident.id);
    if (outcome === 'joined') await parts.hurry(incident.id);
    return undefined;
  } catch (error) {
    if (error instanceof OpsError && error.code === 'job-unmatched') return error.line;
    throw error;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
