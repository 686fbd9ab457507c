import type { RuleId } from '../../data-rules.ts';
import { problemHead, promptTexts } from '../../judge/prompt-texts.ts';
import { at } from '../../judge/record-path.ts';
import { variantName } from '../../judge/variants.ts';
import { TextHash } from '../../scan/hash.ts';
import type { RecordSchema } from '../../schemas.ts';
import type { Use } from '../../split-name.ts';
import type { FixOptions } from '../rewrite/fix-line.ts';

/** Problems of a record that show only among all of them. Add every fixed record, close, then ask about each. */
export class Survey {
  readonly #schema: RecordSchema;
  readonly #leaks: boolean;
  readonly #forms = new Map<string, number>();
  readonly #solutions = new Solutions();
  readonly #testPrompts = new Set<string>();
  #goodForm: string | undefined;
  #broken: ReturnType<Solutions['broken']> = new Map();

  constructor({ schema, fixes }: FixOptions) {
    this.#schema = schema;
    this.#leaks = fixes.has('leakage');
  }

  /** False if records can be checked on their own, so that the data need not be read an extra time. */
  get needed(): boolean {
    return this.#leaks || this.#schema.name === 'srl_expanded' || variantName({}, this.#schema) !== undefined;
  }

  add(record: unknown, use: Use): void {
    const form = variantName(record, this.#schema) ?? '';
    this.#forms.set(form, (this.#forms.get(form) ?? 0) + 1);
    if (this.#schema.name === 'srl_expanded') this.#solutions.add(record, form, this.#schema);
    if (this.#leaks && use === 'test') this.#testPrompts.add(promptFingerprint(record, this.#schema));
  }

  close(): void {
    // Ties go to the alphabetically first form, as in validation.
    const [most] = [...this.#forms].toSorted(([x, one], [y, other]) => other - one || (x < y ? -1 : 1));
    this.#goodForm = most?.[0];
    this.#broken = this.#solutions.broken(this.#goodForm);
  }

  /** The rule that the record breaks among the others; `leakage` only if people requested removing leaked records. */
  breaks(record: unknown, use: Use): RuleId | undefined {
    if (!this.needed) return undefined;
    if ((variantName(record, this.#schema) ?? '') !== this.#goodForm) return 'mixed-schema';
    if (this.#schema.name === 'srl_expanded') return this.#broken.get(sourceOf(record));
    const leaked =
      this.#leaks && use === 'train' && this.#testPrompts.has(promptFingerprint(record, this.#schema));
    return leaked ? 'leakage' : undefined;
  }
}

function promptFingerprint(record: unknown, schema: RecordSchema): string {
  const hash = new TextHash();
  for (const text of promptTexts(record, schema)) hash.addNormalized(text);
  const { hi, lo } = hash.finish();
  return `${hi}:${lo}`;
}

/** Statistics of one solution; each of its records is one step. */
interface Solution {
  readonly steps: Set<number>;
  readonly lengths: Set<number>;
  readonly heads: Map<string, number>;
  readonly forms: Set<string>;
  /** How the prompt of its first step begins. */
  head: string | undefined;
}

/** Why all records of a solution are quarantined. */
type Flaw = 'steps-missing' | 'problem-differs' | 'mixed-schema';

/** Finds solutions with a missing or foreign step. All of it is lost: a gap would teach a model to skip steps. */
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

  /** The rule that the records of each source break. Call once all records are added. */
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

  /** If hardly any prompt begins like its first step's, prompts are built differently and cannot be compared. */
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

function sourceOf(record: unknown): string {
  return String(at(record, ['source_id']));
}

function newSolution(): Solution {
  return { steps: new Set(), lengths: new Set(), heads: new Map(), forms: new Set(), head: undefined };
}
