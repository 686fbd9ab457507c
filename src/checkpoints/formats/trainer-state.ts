import { z } from 'zod';
import { count, sizeInWords } from '../../in-words.ts';
import { broken, commonDamage, type FormatCheck, whole } from './check.ts';
import { parseWithNan, withoutStrings } from './json-with-nan.ts';
import type { RangedFile } from './ranged-file.ts';

const State = z.object({
  global_step: z.number().int(),
  log_history: z.array(z.object({ step: z.number().optional() }).catch({})).optional(),
});

/** The log of a long run exceeds the read limit, so only the two ends of the file are read. */
const endRead = 256 * 1024;

/**
 * The Trainer writes this file last. It records the step of the checkpoint.
 * https://github.com/huggingface/transformers/blob/main/src/transformers/trainer_callback.py (TrainerState)
 */
export async function checkTrainerState(file: RangedFile, step: number): Promise<FormatCheck> {
  const bytes = await file.whole();
  if (bytes === undefined) return checkEnds(file, step);
  const damage = commonDamage(file.size, bytes);
  if (damage !== undefined) return broken(damage);
  const json = parseWithNan(decode(bytes));
  if (json === undefined)
    return broken(`was truncated or damaged: its ${count(file.size)} bytes are not complete JSON`);
  const state = State.safeParse(json);
  if (!state.success) return broken('has no integer global_step');
  return checkSteps(
    state.data.global_step,
    state.data.log_history?.findLast((entry) => entry.step !== undefined)?.step,
    step,
  );
}

function checkSteps(globalStep: number, logged: number | undefined, step: number): FormatCheck {
  if (globalStep !== step)
    return broken(`says global_step ${count(globalStep)}, its folder says ${count(step)}`);
  if (logged !== undefined && logged > globalStep)
    return broken(`logged step ${count(logged)}, after its global_step ${count(globalStep)}`);
  return whole;
}

/** The Trainer sorts the keys, so global_step comes before log_history, and more keys and brackets follow it. */
async function checkEnds(file: RangedFile, step: number): Promise<FormatCheck> {
  const head = decode((await file.range(0, endRead)) ?? new Uint8Array());
  const tail = decode((await file.last(endRead)) ?? new Uint8Array());
  const globalStep = topLevelStep(head);
  const logged = [...tail.matchAll(/"step":\s*(\d+)/g)].at(-1);
  if (globalStep === undefined || logged === undefined) return unread(file);
  if (!closesAll(tail.slice(logged.index)))
    return broken(`was truncated: its ${count(file.size)} bytes end in the middle of the JSON`);
  return checkSteps(globalStep, Number(logged[1]), step);
}

/** `step` is in an entry of log_history, so exactly three brackets close after it: entry, list and file. */
function closesAll(text: string): boolean {
  const outside = withoutStrings(text);
  const opened = outside.match(/[{[]/g)?.length ?? 0;
  const closed = outside.match(/[}\]]/g)?.length ?? 0;
  return closed - opened === 3;
}

function unread({ size }: RangedFile): FormatCheck {
  return {
    problems: [],
    unchecked: `is ${sizeInWords(size)}, and its ends do not contain global_step and the last log: not checked`,
  };
}

/** Reads only the part before log_history: inside it, or in a callback's state, the key has another meaning. */
function topLevelStep(head: string): number | undefined {
  const logs = head.indexOf('"log_history"');
  const found = /"global_step":\s*(\d+)\s*,/.exec(logs === -1 ? head : head.slice(0, logs));
  return found === null ? undefined : Number(found[1]);
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
