import { people } from './seed.ts';

/** What the forms and buttons of local-slack's page lack, compared with Slack. */

/**
 * Slack submits the value of every input in a modal, including untouched ones (their initial value or null).
 * local-slack's page submits only changed inputs, does not show the initial option of a select, renders a multiline
 * input as one line, and shows no people to choose from.
 */
const formsScript = `<script>
const empty = {
  plain_text_input: { value: null }, number_input: { value: null }, email_text_input: { value: null },
  url_text_input: { value: null }, static_select: { selected_option: null }, external_select: { selected_option: null },
  radio_buttons: { selected_option: null }, checkboxes: { selected_options: [] },
  multi_static_select: { selected_options: [] }, datepicker: { selected_date: null },
  timepicker: { selected_time: null }, datetimepicker: { selected_date_time: null },
  users_select: { selected_user: null }, multi_users_select: { selected_users: [] },
  channels_select: { selected_channel: null }, multi_channels_select: { selected_channels: [] },
  conversations_select: { selected_conversation: null }, multi_conversations_select: { selected_conversations: [] },
};
const initialValue = (element) => {
  const initial = Object.entries(element)
    .filter(([key]) => key.startsWith('initial_'))
    .map(([key, value]) => [key === 'initial_value' ? 'value' : key.replace('initial_', 'selected_'), value]);
  return { type: element.type, ...empty[element.type], ...Object.fromEntries(initial) };
};
window.sandboxInitialValues = (view) => {
  const inputs = (view?.blocks ?? []).map((block, index) => [block.block_id ?? 'b' + index, block]);
  return Object.fromEntries(
    inputs
      .filter(([, block]) => block.type === 'input' && block.element)
      .map(([id, { element }]) => [id, { [element.action_id ?? 'action']: initialValue(element) }]),
  );
};
const people = ${JSON.stringify(people.map(({ id, real_name }) => ({ value: id, text: { text: real_name } })))};
const asksPerson = ({ type, element }) => type === 'input' && element?.type === 'users_select';
window.sandboxBlocks = (blocks) =>
  blocks.map((block) =>
    asksPerson(block)
      ? { ...block, element: { ...block.element, type: 'static_select', options: people } }
      : block);
window.sandboxSubmitted = (view, values) => {
  const persons = view.blocks.filter(asksPerson).map(({ block_id: id, element: { action_id: key } }) => {
    const selected_user = values[id]?.[key]?.selected_option?.value ?? null;
    return [id, { [key]: { type: 'users_select', selected_user } }];
  });
  return { ...values, ...Object.fromEntries(persons) };
};
</script>`;

/** Slack asks before a button with `confirm` sends its click. local-slack's page sends it at once. */
const confirmScript = `<script>
window.sandboxConfirm = ({ confirm }, send) => {
  if (confirm === undefined) return send();
  const dialog = document.createElement('dialog');
  dialog.className = 'confirm';
  const title = document.createElement('h3');
  title.textContent = confirm.title.text;
  const row = document.createElement('div');
  for (const [words, style, act] of [[confirm.deny, '', () => {}], [confirm.confirm, 'bk-primary', send]]) {
    const button = document.createElement('button');
    button.className = 'bk-button ' + style;
    button.textContent = words.text;
    button.onclick = () => { dialog.close(); act(); };
    row.append(button);
  }
  dialog.append(title, confirm.text.text, row);
  dialog.onclose = () => dialog.remove();
  document.body.append(dialog);
  dialog.showModal();
};
</script>`;

interface Patch {
  readonly name: string;
  readonly pattern: RegExp;
  readonly by: string;
}

/** The bundle is minified, so the patterns capture its generated names. */
const patches: readonly Patch[] = [
  {
    name: 'the initial state of a modal',
    pattern: /useEffect\(\(\)=>\{(\w+)\(\{\}\)\},\[(\w+)==null\?void 0:\2\.id,/,
    by: 'useEffect(()=>{$1(window.sandboxInitialValues($2))},[$2==null?void 0:$2.id,',
  },
  {
    name: 'the rendering of a plain_text_input',
    pattern: /(function \w+\(\{el:(\w+),.*?\.jsx\()"input"(,\{className:"bk-plain-input",placeholder:)/s,
    by: '$1$2.multiline?"textarea":"input"$3',
  },
  {
    name: 'the blocks of a modal',
    pattern: /blocks:(\w+)\.blocks,ctx:\{input:/,
    by: 'blocks:window.sandboxBlocks($1.blocks),ctx:{input:',
  },
  {
    name: 'the submission of a modal',
    pattern: /((\w+)\.submit&&\w+\.jsx\("button",\{[^}]*?onClick:\(\)=>\w+\(\w+,)(\w+)\)/,
    by: '$1window.sandboxSubmitted($2,$3))',
  },
  {
    name: 'the click of a button',
    pattern: /onClick:\(\)=>(\w+\(\{type:"button",value:(\w+)\.value,text:\2\.text\}\))/,
    by: 'onClick:()=>window.sandboxConfirm($2,()=>$1)',
  },
];

/** Patches the page so that its forms and buttons behave like Slack's. Throws if this version of local-slack has different code. */
export function withSlackForms(html: string): string {
  const changed = patches.reduce((page, { name, pattern, by }) => {
    if (!pattern.test(page))
      throw new Error(
        `The page of local-slack has changed: sandbox/slack/page-forms.ts cannot find ${name}.`,
      );
    return page.replace(pattern, by);
  }, html);
  return changed.replace('<head>', () => `<head>${formsScript}${confirmScript}`);
}
