import type { ServerResponse } from 'node:http';
import { groups } from './seed.ts';

/**
 * Slack keeps line breaks in plain text, shows threads in a wide pane, and previews text files. local-slack's page does
 * none of this.
 */
const style = `<style>
.plain{white-space:pre-wrap}
.mrkdwn pre{margin:4px 0;padding:8px;background:#f8f8f8;border:1px solid #ddd;border-radius:4px;font-size:12px;
  white-space:pre-wrap;overflow-wrap:anywhere}
.bk-context{overflow-wrap:anywhere}
.bk-context code{white-space:normal}
.thread-pane{width:600px!important}
.thread-pane .file-image img{max-width:100%}
.file-card{width:100%!important;flex-wrap:wrap;box-sizing:border-box}
.file-card pre{flex:1 0 100%;margin:0;padding:8px;max-height:190px;overflow:auto;background:#f8f8f8;
  border-radius:4px;font-size:12px;white-space:pre-wrap;overflow-wrap:anywhere}
textarea.bk-plain-input{min-height:64px;resize:vertical;font-family:inherit}
</style>`;

/** Shows the first lines of each text file in its card, as plain text. */
const snippets = `<script>
const previewed = new WeakSet();
const preview = async (card) => {
  const link = card.querySelector('a.file-card-body');
  if (link === null || previewed.has(card)) return;
  previewed.add(card);
  const answer = await fetch(link.href);
  if (!(answer.headers.get('content-type') ?? '').startsWith('text/')) return;
  const lines = (await answer.text()).split('\\n');
  const text = document.createElement('pre');
  text.textContent = lines.slice(0, 12).join('\\n') + (lines.length > 12 ? '\\n…' : '');
  card.append(text);
};
new MutationObserver(() => document.querySelectorAll('.file-card').forEach(preview))
  .observe(document.documentElement, { childList: true, subtree: true });
</script>`;

/**
 * Renders text between triple backticks as code, as Slack does. local-slack's page formats the markup inside instead, so
 * this script restores the source text.
 */
const fences = `<script>
const marks = { STRONG: '*', B: '*', EM: '_', I: '_', DEL: '~', S: '~', CODE: '\`' };
const source = (node) => {
  if (node.nodeType === Node.TEXT_NODE) return node.textContent;
  if (node.nodeName === 'BR') return '\\n';
  const mark = marks[node.nodeName] ?? '';
  return mark + [...node.childNodes].map(source).join('') + mark;
};
const fence = (span) => {
  const found = /^\`\`\`\\n?([^]*?)\\n?\`\`\`$/.exec(source(span));
  if (found === null) return;
  const code = document.createElement('pre');
  code.textContent = found[1];
  span.replaceChildren(code);
};
new MutationObserver(() => document.querySelectorAll('.mrkdwn').forEach(fence))
  .observe(document.documentElement, { childList: true, subtree: true });
</script>`;

/**
 * Slack submits the value of every input in a modal, including untouched ones (their initial value or null).
 * local-slack's page submits only changed inputs, does not show the initial option of a select, and renders a
 * multiline input as one line.
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
</script>`;

/** Shows mentions of user groups by their handle, as Slack does. local-slack's page shows their source text. */
const groupMentions = `<script>
const handles = ${JSON.stringify(Object.fromEntries(Object.entries(groups).map(([id, { handle }]) => [id, handle])))};
const mentionGroups = (span) => {
  const walker = document.createTreeWalker(span, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode())
    if (node.textContent.includes('<!subteam^'))
      node.textContent = node.textContent.replace(/<!subteam\\^(\\w+)>/g, (all, id) => '@' + (handles[id] ?? id));
};
new MutationObserver(() => document.querySelectorAll('.mrkdwn').forEach(mentionGroups))
  .observe(document.documentElement, { childList: true, subtree: true });
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
];

/** Patches the page so that its forms behave like Slack's. Throws if this version of local-slack has different code. */
function withSlackForms(html: string): string {
  const changed = patches.reduce((page, { name, pattern, by }) => {
    if (!pattern.test(page))
      throw new Error(`The page of local-slack has changed: sandbox/slack/page.ts cannot find ${name}.`);
    return page.replace(pattern, by);
  }, html);
  return changed.replace('<head>', () => `<head>${formsScript}`);
}

/** Serves local-slack's page with the sandbox's additions. */
export async function sendPage(inner: string, response: ServerResponse): Promise<void> {
  const html = await (await fetch(inner)).text();
  const added = withSlackForms(html).replace(
    '<title>local-slack</title>',
    `<title>Relight sandbox</title>${style}${snippets}${fences}${groupMentions}`,
  );
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(added);
}
