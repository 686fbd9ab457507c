import { z } from 'zod';
import { click, type HasSlack, type MessageButton } from './responder.ts';
import { until } from './until.ts';
import { getJson, postJson } from './world.ts';

/** Opens the form behind a button and submits it with these answers; returns validation errors. */
export async function submitForm(
  world: HasSlack,
  user: string,
  button: MessageButton,
  answers: Readonly<Record<string, string>>,
): Promise<unknown> {
  const form = await openForm(world, user, button);
  return send(world, user, form, { ...initialValues(form), ...answers });
}

/** Like submitForm, but fills every required field. */
export async function fillInForm(
  world: HasSlack,
  user: string,
  button: MessageButton,
  answers: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const form = await openForm(world, user, button);
  return send(world, user, form, { ...requiredValues(form), ...initialValues(form), ...answers });
}

async function openForm(world: HasSlack, user: string, button: MessageButton): Promise<Form> {
  const before = (await openedForms(world)).length;
  await click(world, user, button);
  return until(async () => (await openedForms(world))[before], 'the form to open');
}

async function send(
  world: HasSlack,
  user: string,
  form: Form,
  all: Readonly<Record<string, string>>,
): Promise<unknown> {
  const values = Object.fromEntries(
    Object.entries(all).map(([key, value]) => [key, { [key]: fieldState(form, key, value) }]),
  );
  return postJson(`${world.slack.url}/_sandbox/submit-view`, { user, values });
}

const Element = z.looseObject({
  type: z.string(),
  initial_value: z.string().optional(),
  initial_date: z.string().optional(),
  initial_option: z.object({ value: z.string() }).optional(),
  options: z.array(z.object({ value: z.string() })).optional(),
});
const Form = z.looseObject({
  view: z.looseObject({
    blocks: z.array(
      z.looseObject({
        block_id: z.string().optional(),
        optional: z.boolean().optional(),
        element: Element.optional(),
      }),
    ),
  }),
});
type Form = z.infer<typeof Form>;

function requiredValues({ view }: Form): Record<string, string> {
  return Object.fromEntries(
    view.blocks.flatMap(({ block_id: id = '', element, optional }) =>
      element === undefined || optional === true ? [] : [[id, anyAnswer(element)]],
    ),
  );
}

function anyAnswer({ type, options = [] }: z.infer<typeof Element>): string {
  if (type === 'static_select') return options[0]?.value ?? '';
  return type === 'datepicker' ? nextWeek() : 'Test answer.';
}

function nextWeek(): string {
  return new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
}

/** Initial values of the fields, which Slack submits along with changed ones. */
function initialValues({ view }: Form): Record<string, string> {
  return Object.fromEntries(
    view.blocks.flatMap(({ block_id: id = '', element }) => {
      const value = element?.initial_value ?? element?.initial_date ?? element?.initial_option?.value;
      return value === undefined ? [] : [[id, value]];
    }),
  );
}

async function openedForms(world: HasSlack): Promise<Form[]> {
  const { views } = z
    .object({ views: z.array(z.looseObject({ kind: z.string() })) })
    .parse(await getJson(`${world.slack.url}/_sandbox/ledger`));
  return views.filter(({ kind }) => kind === 'open').map((one) => Form.parse(one));
}

/** Each field type stores its value under a different key. */
function fieldState({ view }: z.infer<typeof Form>, key: string, value: string): unknown {
  const type = view.blocks.find(({ block_id: id }) => id === key)?.element?.type ?? '';
  if (type === 'static_select') return { type, selected_option: { value } };
  return type === 'datepicker' ? { type, selected_date: value } : { type, value };
}
