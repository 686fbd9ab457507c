import { at } from '../../judge/record-path.ts';
import { problemHead } from '../../scan/problem-head.ts';
import type { RecordSchema } from '../../schemas.ts';

/** What is known of one solution, of which each record has a step. */
interface Solution {
  readonly steps: Set<number>;
  readonly lengths: Set<number>;
  readonly heads: Map<string, number>;
  readonly forms: Set<string>;
  /** How the prompt of its first step begins. */
  head: string | undefined;
}

/** Why all records of a solution are put aside. */
type Flaw = 'steps-missing' | 'problem-differs' | 'mixed-schema';

/**
 * Solutions that have lost a step, or hold one that is not theirs. A solution is good only as a whole: with a gap in
 * it the model would learn to leave steps out.
 */
export class Solutions {
  readonly #bySource = new Map<string, Solution>();

  add(record: unknown, form: string, schema: RecordSchema): void {
    const source = sourceOf(record);
    const solution = this.#bySource.get(source) ?? newSolution();
    this.#bySource.set(source, solution);
    const step = Number(at(record, ['step_index']));
    const head = problemHead(record, schema);
    solution.steps.add(step);
    solution.lengths.add(Number(at(record, ['num_steps'])));
    solution.heads.set(head, (solution.heads.get(head) ?? 0) + 1);
    solution.forms.add(form);
    if (step === 0) solution.head ??= head;
  }

  /** By source, which rule its records break; call once all are added. */
  broken(goodForm: string | undefined): ReadonlyMap<string, Flaw> {
    const comparable = this.#headsAreComparable();
    const broken = new Map<string, Flaw>();
    for (const [source, solution] of this.#bySource) {
      const [length] = solution.lengths;
      if ([...solution.forms].some((form) => form !== goodForm)) broken.set(source, 'mixed-schema');
      else if (solution.lengths.size > 1 || solution.steps.size !== length)
        broken.set(source, 'steps-missing');
      else if (comparable && solution.heads.size > 1) broken.set(source, 'problem-differs');
    }
    return broken;
  }

  /** Where hardly any prompt begins as that of its first step does, prompts are built in another way. */
  #headsAreComparable(): boolean {
    let alike = 0;
    let strange = 0;
    for (const { head, heads } of this.#bySource.values()) {
      if (head === undefined) continue;
      for (const [one, count] of heads)
        if (one === head) alike += count - 1;
        else strange += count;
    }
    return strange < alike;
  }
}

export function sourceOf(record: unknown): string {
  return String(at(record, ['source_id']));
}

function newSolution(): Solution {
  return { steps: new Set(), lengths: new Set(), heads: new Map(), forms: new Set(), head: undefined };
}
