import { z } from 'zod';
import { ChangeClass } from '../ports/form-fields.ts';
import { notJsonIn } from './define/json-output.ts';
import { isDefinedHere } from './define/playbook.ts';
import { IncidentKind, type Playbook, Role } from './define.ts';

const callback = z.custom<unknown>((value) => typeof value === 'function', 'must be a function');
const text = z.string().trim().min(1);
const Keyed = z.object({
  key: z.string().regex(/^[a-z][a-z0-9-]{0,40}$/, 'must be lower case, at most 41 characters'),
});
const Output = z.instanceof(z.ZodType, { error: 'must be a zod schema' }).superRefine((output, context) => {
  const wrong = notJsonIn(output);
  if (wrong !== undefined) context.addIssue(`must be storable as JSON, because results are stored: ${wrong}`);
});
const ReadShape = z.object({
  effect: z.literal('read'),
  name: text,
  title: text,
  does: text,
  output: Output,
  run: callback,
  report: callback,
});
const ChangeShape = ReadShape.extend({
  effect: z.literal('change'),
  approver: Role,
  policyClass: ChangeClass.optional(),
  button: text,
  preview: callback,
});
const FieldShape = z
  .object({
    key: text,
    label: text,
    kind: z.enum(['text', 'paragraph', 'choice', 'date']),
    choices: z.array(text).default([]),
    initial: z.string().optional(),
  })
  .superRefine(({ kind, label, choices, initial }, context) => {
    if (kind !== 'choice') return;
    if (choices.length === 0)
      context.addIssue(`the choice field “${label}” has no choices; list them, or make it a text field`);
    else if (initial !== undefined && !choices.includes(initial))
      context.addIssue(
        `the choice field “${label}” starts with “${initial}”, which is not one of its choices`,
      );
  });
const ManualShape = z.object({
  title: text,
  asks: text,
  button: text,
  approver: Role,
  fields: z.array(FieldShape).min(1),
});
const StepShape = z.discriminatedUnion('kind', [
  Keyed.extend({
    kind: z.literal('action'),
    action: z.discriminatedUnion('effect', [ReadShape, ChangeShape]),
    inputFor: callback,
  }),
  Keyed.extend({ kind: z.literal('manual'), manual: ManualShape }),
]);
const PlaybookShape = z
  .object({
    title: text,
    summary: text,
    handles: z.array(IncidentKind),
    steps: z.array(StepShape).min(1),
    recovered: callback,
    stepsIn: callback,
  })
  .superRefine(({ steps }, context) => {
    const keys = steps.map(({ key }) => key);
    const twice = keys.find((key, index) => keys.indexOf(key) !== index);
    if (twice !== undefined) context.addIssue(`two steps have the key ${twice}; a key names one step`);
  });

/** Checks one playbook, as its file exports it: the playbook, or everything that is wrong with it in one line. */
export function checkPlaybook(
  exported: unknown,
): { readonly playbook: Playbook } | { readonly wrong: string } {
  const playbook = z.object({ playbook: z.unknown() }).safeParse(exported).data?.playbook;
  const checked = PlaybookShape.safeParse(playbook);
  if (!checked.success) return { wrong: z.prettifyError(checked.error).replaceAll('\n', ' ') };
  if (typeof playbook !== 'object' || playbook === null || !isDefinedHere(playbook))
    return {
      wrong:
        'it is not a result of this Relight’s definePlaybook; import that from relight/define, and set "type": "module" in the package.json beside it',
    };
  // The shape was checked above; the parsed copy is dropped because zod strips what it does not name.
  return { playbook: playbook as Playbook };
}
