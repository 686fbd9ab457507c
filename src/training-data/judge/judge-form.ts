import { isDeepStrictEqual } from 'node:util';
import { append } from '../../ports/collections.ts';
import { schemas } from '../record-forms.ts';
import type { RecordSchema, SchemaName } from '../schemas.ts';
import { excerpt, type Problem } from './problem.ts';
import { promptTexts } from './prompt-texts.ts';
import { at, dotted, type JsonObject } from './record-path.ts';
import { variantOf } from './variants.ts';

type Check = (record: JsonObject, schema: RecordSchema) => readonly Problem[];

/** What fields of one record must be together. Each field on its own has been checked before. */
export function judgeForm(record: JsonObject, schema: RecordSchema, problems: Problem[]): void {
  const found = (checks[schema.name] ?? []).flatMap((check) => check(record, schema));
  for (const all of [found, toolsProblem(record), mediaProblems(record, schema)]) append(problems, all);
}

const checks: Partial<Readonly<Record<SchemaName, readonly Check[]>>> = {
  srl_expanded: [stepIndex, stepLeaks],
  preference: [sameAnswers, unrelatedAnswers],
  stepwise: [labelCount],
  alpaca: [instructionMissing, brokenHistory],
};

function stepIndex(record: JsonObject): readonly Problem[] {
  const { step_index: index, num_steps: count } = record;
  const outside = typeof index === 'number' && typeof count === 'number' && (index < 0 || index >= count);
  return outside ? [{ rule: 'step-index', detail: `step_index ${index} of num_steps ${count}` }] : [];
}

/** Shorter steps match by chance. */
const tellingLength = 12;

/** The prompt of a step must not contain the step. */
function stepLeaks({ expert_action: action, ...record }: JsonObject): readonly Problem[] {
  const step = typeof action === 'string' ? action.trim() : '';
  if (step.length < tellingLength) return [];
  const leaks = promptTexts(record, schemas.srl_expanded).some((text) => text.includes(step));
  return leaks ? [{ rule: 'step-leaks', detail: excerpt(step) }] : [];
}

/** The last two fields of every preference variant are the answers. */
function answersOf(record: JsonObject, schema: RecordSchema) {
  const [good, bad] = variantOf(record, schema)?.slice(-2) ?? [];
  if (good === undefined || bad === undefined) return undefined;
  const [chosen, rejected] = [at(record, good.path), at(record, bad.path)];
  if (chosen === undefined || chosen === null || rejected === undefined || rejected === null)
    return undefined;
  return { chosen, rejected, names: `${dotted(good.path)} and ${dotted(bad.path)}`, type: good.type };
}

/** Both answers have the same probability then, whatever the weights: the gradient is 0. */
function sameAnswers(record: JsonObject, schema: RecordSchema): readonly Problem[] {
  const answers = answersOf(record, schema);
  if (answers === undefined || !isDeepStrictEqual(answers.chosen, answers.rejected)) return [];
  return [{ rule: 'answers-equal', detail: `${answers.names} are the same` }];
}

/** Trainers take the messages that both answers have in common as the prompt. */
function unrelatedAnswers(record: JsonObject, schema: RecordSchema): readonly Problem[] {
  const answers = answersOf(record, schema);
  if (answers === undefined || answers.type !== 'pair') return [];
  const { chosen, rejected, names } = answers;
  if (!Array.isArray(chosen) || !Array.isArray(rejected)) return [];
  const [one, other]: readonly unknown[] = [chosen[0], rejected[0]];
  return chosen.length === 0 || rejected.length === 0 || isDeepStrictEqual(one, other)
    ? []
    : [{ rule: 'prompts-differ', detail: `${names} begin with different messages` }];
}

function labelCount({ completions, labels }: JsonObject): readonly Problem[] {
  if (!Array.isArray(completions) || !Array.isArray(labels) || completions.length === labels.length)
    return [];
  return [{ rule: 'label-count', detail: `${labels.length} labels for ${completions.length} completions` }];
}

/** The trainer joins `instruction` and `input`, so either may be empty. */
function instructionMissing({ instruction, input }: JsonObject): readonly Problem[] {
  const blank = (value: unknown): boolean => typeof value !== 'string' || value.trim() === '';
  if (!blank(instruction) || !blank(input)) return [];
  if (instruction === undefined) return [{ rule: 'field-missing', detail: 'instruction' }];
  if (instruction === null) return [{ rule: 'field-null', detail: 'instruction' }];
  return instruction === '' || typeof instruction === 'string'
    ? [{ rule: 'field-empty', detail: 'instruction' }]
    : [];
}

/** `history` is a list of [question, answer]. */
function brokenHistory({ history }: JsonObject): readonly Problem[] {
  if (history === undefined || history === null) return [];
  const isTurn = (turn: unknown): boolean =>
    Array.isArray(turn) && turn.length === 2 && turn.every((one) => typeof one === 'string');
  if (!Array.isArray(history)) return [{ rule: 'field-type', detail: 'history is not a list' }];
  const odd = history.findIndex((turn) => !isTurn(turn));
  return odd === -1
    ? []
    : [{ rule: 'field-type', detail: `history[${odd}] is not a question and an answer` }];
}

/** Trainers parse `tools` if it is text. */
function toolsProblem({ tools }: JsonObject): readonly Problem[] {
  if (typeof tools !== 'string' || tools.trim() === '') return [];
  try {
    JSON.parse(tools);
    return [];
  } catch {
    return [{ rule: 'tool-call-invalid', detail: 'tools is not JSON' }];
  }
}

const media = { images: '<image>', videos: '<video>', audios: '<audio>' } as const;

/** Trainers that replace `<image>` stop if there are more or fewer pictures than placeholders. */
function mediaProblems(record: JsonObject, schema: RecordSchema): readonly Problem[] {
  return Object.entries(media).flatMap(([field, placeholder]) => {
    const files = record[field];
    if (!Array.isArray(files)) return [];
    const texts = promptTexts(record, schema);
    const places = texts.reduce((sum, text) => sum + text.split(placeholder).length - 1, 0);
    if (places === 0 || places === files.length) return [];
    return [{ rule: 'media-count', detail: `${files.length} ${field} for ${places} × ${placeholder}` }];
  });
}
