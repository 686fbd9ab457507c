import { schemas } from '../schemas.ts';
import { askedTexts } from './asked-text.ts';
import { excerpt, type Problem } from './problem.ts';
import { at } from './record-path.ts';

/** A shorter step stands in many a problem by chance. */
const tellingLength = 12;

/** One step of a solution, as supervised RL learns it: in its place, and not given away by its own prompt. */
export function judgeSteps(record: unknown, problems: Problem[]): void {
  const index = at(record, ['step_index']);
  const count = at(record, ['num_steps']);
  if (typeof index === 'number' && typeof count === 'number' && (index < 0 || index >= count))
    problems.push({ rule: 'step-index', detail: `step_index ${index} of num_steps ${count}` });
  const action = at(record, ['expert_action']);
  const step = typeof action === 'string' ? action.trim() : '';
  if (step.length < tellingLength) return;
  if (askedTexts(record, schemas.srl_expanded).some((text) => text.includes(step)))
    problems.push({ rule: 'step-leaks', detail: excerpt(step) });
}
