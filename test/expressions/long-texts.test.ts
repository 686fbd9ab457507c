import { describe, expect, it } from 'vitest';
import { parseSignals } from '../../src/alarms/parse/parse.ts';
import { outputsIn } from '../../src/aws/training/describe-output.ts';
import { jsonOfPython } from '../../src/aws/training/python-literal.ts';
import { diagnose } from '../../src/cli/shared/diagnosis-in-words.ts';
import { savedLogs } from '../../src/diagnosis/logs/saved-logs.ts';
import { planBatch } from '../../src/relaunch/batch/plan-batch.ts';
import { redactText } from '../../src/sanitize/redaction.ts';
import { parseJson } from '../../src/training-data/read/json-text.ts';
import { stepsInLog } from '../../src/training-job/steps-in-log.ts';
import { type LongText, longTexts } from './long-texts.ts';

/** Twice the text may take 2.6 times as long, so four times the text this many times. */
const maxGrowth = 2.6 ** 2;
/** CPU time below this is no evidence: start-up and garbage collection grow in steps. */
const floorMs = 400;
/**
 * A quadratic parser is found at a short length. Only the texts that took longest are tried at the next one, and the
 * longest two lengths only by `npm run fuzz`, since they take minutes.
 */
const lengths: readonly (readonly [length: number, texts: number])[] = [
  [64_000, Infinity],
  [256_000, 12],
  ...(Number(process.env['FUZZ_SECONDS'] ?? 0) > 30
    ? ([
        [1_000_000, 3],
        [4_000_000, 2],
      ] as const)
    : []),
];
/** A linear parser takes a few seconds at most for the longest text on a busy machine. */
const maxMs = 20_000;

const job = {
  name: 'srl-rlvr-gold-7',
  status: 'Failed',
  secondaryStatus: 'Failed',
  transitions: [],
  failureReason: 'AlgorithmError: , exit code: 1',
  spot: false,
  storedModel: false,
};

const parsers: Readonly<Record<string, (text: string) => unknown>> = {
  'saved describe output': outputsIn,
  'a FailureReason': (failureReason) => diagnose({ ...job, failureReason }, []),
  'the end of a log': (text) => diagnose(job, text.split('\n')),
  'a saved log': (text) => savedLogs('log.txt', text, 'algo-1'),
  'the steps in a log': (text) => stepsInLog(text.split('\n'), 1300),
  'what Python prints': jsonOfPython,
  hyperparameters: (sm_hps) =>
    planBatch({ hyperParameters: { per_device_train_batch_size: '8', sm_hps }, gpus: 1, reduction: 0.5 }),
  'an alarm message': parseSignals,
  'the text of an alarm': (text) =>
    parseSignals(JSON.stringify({ AlarmName: text, NewStateValue: 'ALARM', NewStateReason: text })),
  'secrets in a text': redactText,
  'a record of training data': parseJson,
};

describe('a parser of texts that Relight did not write takes time in proportion to the length of its worst input', () => {
  it.each(Object.entries(parsers))('%s', (_, parse) => {
    expect(slowOf(parse, longTexts)).toEqual([]);
  });

  it('and one that flattens a text that it extends again and again is found', () => {
    const joined = (text: string): number => {
      let rows = '';
      let braces = 0;
      for (const row of text.split('\n')) {
        rows += `${row}\n`;
        braces += /\{/.test(rows) ? 1 : 0;
      }
      return braces;
    };
    expect(slowOf(joined, [{ name: 'lines', of: (length) => 'word 12\n'.repeat(length / 8) }])).toEqual([
      expect.stringContaining('characters of lines'),
    ]);
  });
});

/** The texts for which the time grows faster than their length. */
function slowOf(parse: (text: string) => unknown, texts: readonly LongText[]): readonly string[] {
  const slow: string[] = [];
  let tried = texts.map((text) => ({ text, ms: Infinity }));
  for (const [length, most] of lengths) {
    const timed = tried.slice(0, most).map(({ text, ms: earlier }) => {
      const { ms, before, bound } = timeOf(parse, text, length, earlier);
      const from = `${Math.round(before)} ms for a quarter of it`;
      if (ms > bound) slow.push(`${Math.round(ms)} ms for ${length} characters of ${text.name}, ${from}`);
      return { text, ms: Math.max(ms, floorMs / maxGrowth) };
    });
    if (slow.length > 0) return slow;
    tried = timed.toSorted((one, other) => other.ms - one.ms);
  }
  return [];
}

interface Time {
  readonly ms: number;
  /** For a quarter of the text. */
  readonly before: number;
  readonly bound: number;
}

/** A busy machine disturbs one run, not two: if a run is over the bound, both lengths are timed again. */
function timeOf(parse: (text: string) => unknown, text: LongText, length: number, before: number): Time {
  const first = timedOnce(parse, text.of(length), before);
  if (first.ms <= first.bound) return first;
  const now = cpuTime(parse, text.of(length / 4));
  return timedOnce(parse, text.of(length), Math.max(before, now));
}

function timedOnce(parse: (text: string) => unknown, text: string, before: number): Time {
  const bound = Math.min(maxMs, Math.max(floorMs, before * maxGrowth));
  return { ms: cpuTime(parse, text), before, bound };
}

function cpuTime(parse: (text: string) => unknown, text: string): number {
  const start = process.cpuUsage();
  parse(text);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}
