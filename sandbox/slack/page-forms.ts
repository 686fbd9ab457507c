/**
 * Slack sends the value of every input of a modal, also of one that nobody has touched: what it showed at first, or
 * null. The page of local-slack sends only what was changed, does not show the option that a select starts with, and
 * has one line for a multiline input.
 */
const script = `<script>
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
</script>`;

interface Change {
  readonly what: string;
  readonly pattern: RegExp;
  readonly by: string;
}

/** The bundle is minified, so the patterns capture the names that it gave. */
const changes: readonly Change[] = [
  {
    what: 'where the state of a modal starts empty',
    pattern: /useEffect\(\(\)=>\{(\w+)\(\{\}\)\},\[(\w+)==null\?void 0:\2\.id,/,
    by: 'useEffect(()=>{$1(window.sandboxInitialValues($2))},[$2==null?void 0:$2.id,',
  },
  {
    what: 'where a plain_text_input is drawn',
    pattern: /(function \w+\(\{el:(\w+),.*?\.jsx\()"input"(,\{className:"bk-plain-input",placeholder:)/s,
    by: '$1$2.multiline?"textarea":"input"$3',
  },
];

/** The page with forms that behave as Slack's do. Throws when another version of local-slack has other code there. */
export function withSlackForms(html: string): string {
  const changed = changes.reduce((page, { what, pattern, by }) => {
    if (!pattern.test(page))
      throw new Error(
        `The page of local-slack has changed: sandbox/slack/page-forms.ts cannot find ${what}.`,
      );
    return page.replace(pattern, by);
  }, html);
  return changed.replace('<head>', () => `<head>${script}`);
}
