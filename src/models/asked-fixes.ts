import type { Answers, Field } from '../ports/form-fields.ts';
import { holdsSecret } from '../sanitize/redaction.ts';
import { hyperParametersIn, mostHyperParameters } from './asked-hyperparameters.ts';
import { type KnownParameters, problemWith } from './known-parameters.ts';

/** The hyperparameters that a person wants to change for a retraining, and how a form asks for them. */

const refuse = 'refuse them';
const anyway = 'send them anyway';

/** Both fields; `fixes` is what stands in the first one. */
export function fixFields(fixes?: string): readonly [Field<'fixes'>, Field<'unusual'>] {
  return [
    {
      key: 'fixes',
      label: 'Hyperparameters to change',
      kind: 'paragraph',
      optional: true,
      hint: 'One a line, as name=value.',
      ...(fixes !== undefined && { initial: fixes }),
    },
    {
      key: 'unusual',
      label: 'New names, fractions in place of whole numbers',
      kind: 'choice',
      choices: [refuse, anyway],
      initial: refuse,
      optional: true,
    },
  ];
}

export interface Fixes {
  readonly hyperParameters: Readonly<Record<string, string>>;
  /** A person has confirmed names that the job does not have. */
  readonly unusual: boolean;
}

/** The fixes, or what is wrong with the first one. Without `known` only the form of the lines is checked. */
export function fixesIn(
  { fixes = '', unusual }: Answers,
  known: KnownParameters | undefined,
): Fixes | { readonly wrong: string } {
  const read = hyperParametersIn(fixes);
  if ('wrong' in read) return read;
  if (holdsSecret(fixes))
    return {
      wrong: 'This holds a secret, and forms are kept in the journal: put it into AWS Secrets Manager',
    };
  const confirmed = unusual === anyway;
  const wrong =
    known && (tooMany(read.hyperParameters, known) ?? problemWith(read.hyperParameters, known, confirmed));
  return wrong === undefined ? { hyperParameters: read.hyperParameters, unusual: confirmed } : { wrong };
}

/** The names that are typed come to those of the job. */
function tooMany(asked: Fixes['hyperParameters'], known: KnownParameters): string | undefined {
  const all = new Set([...Object.keys(known), ...Object.keys(asked)]).size;
  if (all <= mostHyperParameters) return undefined;
  return `${all} hyperparameters with those of the job: a training job takes ${mostHyperParameters} at most`;
}
