import type { RuleId } from '../../data-rules.ts';
import { askedTexts } from '../../judge/asked-text.ts';
import { kindOf, variantOf } from '../../judge/judge-fields.ts';
import { at } from '../../judge/record-path.ts';
import { TextHash } from '../../scan/hash.ts';
import type { RecordSchema } from '../../schemas.ts';
import type { Use } from '../../split-name.ts';
import type { FixTerms } from '../rewrite/fix-line.ts';
import { Solutions, sourceOf } from './solutions.ts';

/** What only all records together tell about one. First add every mended record, then ask about each. */
export class Survey {
  readonly #schema: RecordSchema;
  readonly #leaks: boolean;
  readonly #forms = new Map<string, number>();
  readonly #solutions = new Solutions();
  readonly #asked = new Set<string>();
  #goodForm: string | undefined;
  #broken: ReturnType<Solutions['broken']> = new Map();

  constructor({ schema, fixes }: FixTerms) {
    this.#schema = schema;
    this.#leaks = fixes.has('leakage');
  }

  /** False where a record can be judged without the others, so that nobody needs to read them first. */
  get needed(): boolean {
    const { fields, oneOf, name } = this.#schema;
    return (
      this.#leaks ||
      oneOf !== undefined ||
      name === 'srl_expanded' ||
      fields.some(({ type }) => type === 'prompt')
    );
  }

  add(record: unknown, use: Use): void {
    const form = formName(record, this.#schema);
    this.#forms.set(form, (this.#forms.get(form) ?? 0) + 1);
    if (this.#schema.name === 'srl_expanded') this.#solutions.add(record, form, this.#schema);
    if (this.#leaks && use === 'test') this.#asked.add(askedPrint(record, this.#schema));
  }

  close(): void {
    // Of two that are equally frequent the first in the alphabet, as validation has it.
    const [most] = [...this.#forms].toSorted(([x, one], [y, other]) => other - one || (x < y ? -1 : 1));
    this.#goodForm = most?.[0];
    this.#broken = this.#solutions.broken(this.#goodForm);
  }

  /** The rule that the record breaks as one of many; `leakage` where people asked for leaked records to be taken out. */
  breaks(record: unknown, use: Use): RuleId | undefined {
    if (!this.needed) return undefined;
    if (formName(record, this.#schema) !== this.#goodForm) return 'mixed-schema';
    if (this.#schema.name === 'srl_expanded') return this.#broken.get(sourceOf(record));
    const leaked = this.#leaks && use === 'train' && this.#asked.has(askedPrint(record, this.#schema));
    return leaked ? 'leakage' : undefined;
  }
}

/** `prompt as text`, `prompt as list`: trainers build their batches from records of one form. */
function formName(record: unknown, schema: RecordSchema): string {
  const fields = variantOf(record, schema) ?? schema.fields.filter(({ type }) => type === 'prompt');
  return fields.map(({ path }) => `${path.join('.')} as ${kindOf(at(record, path))}`).join(', ');
}

function askedPrint(record: unknown, schema: RecordSchema): string {
  const hash = new TextHash();
  for (const text of askedTexts(record, schema)) hash.addAsked(text);
  const { hi, lo } = hash.finish();
  return `${hi}:${lo}`;
}
