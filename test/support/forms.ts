import { z } from 'zod';
import { type Press, press } from './responder.ts';
import { until } from './until.ts';
import { getJson, postJson, type World } from './world.ts';

/** Fills in the form behind a button and sends it; answers with the errors that it came back with. */
export async function submitForm(
  world: World,
  user: string,
  button: Press,
  answers: Readonly<Record<string, string>>,
): Promise<unknown> {
  const before = (await openedForms(world)).length;
  await press(world, user, button);
  const form = await until(async () => (await openedForms(world))[before], 'the form to open');
  const all = { ...initialOf(form), ...answers };
  const values = Object.fromEntries(
    Object.entries(all).map(([key, value]) => [key, { [key]: filled(form, key, value) }]),
  );
  return postJson(`${world.slack.url}/_sandbox/submit-view`, { user, values });
}

const Element = z.looseObject({
  type: z.string(),
  initial_value: z.string().optional(),
  initial_option: z.object({ value: z.string() }).optional(),
});
const Form = z.looseObject({
  view: z.looseObject({
    blocks: z.array(z.looseObject({ block_id: z.string().optional(), element: Element.optional() })),
  }),
});

/** What stands in the fields when the form opens: Slack sends it along with what was changed. */
function initialOf({ view }: z.infer<typeof Form>): Record<string, string> {
  return Object.fromEntries(
    view.blocks.flatMap(({ block_id: id = '', element }) => {
      const value = element?.initial_value ?? element?.initial_option?.value;
      return value === undefined ? [] : [[id, value]];
    }),
  );
}

async function openedForms(world: World): Promise<z.infer<typeof Form>[]> {
  const { views } = z
    .object({ views: z.array(z.looseObject({ kind: z.string() })) })
    .parse(await getJson(`${world.slack.url}/_sandbox/ledger`));
  return views.filter(({ kind }) => kind === 'open').map((one) => Form.parse(one));
}

/** Each kind of field brings its value back in a place of its own. */
function filled({ view }: z.infer<typeof Form>, key: string, value: string): unknown {
  const type = view.blocks.find(({ block_id: id }) => id === key)?.element?.type ?? '';
  if (type === 'static_select') return { type, selected_option: { value } };
  return type === 'datepicker' ? { type, selected_date: value } : { type, value };
}
