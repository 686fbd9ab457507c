import type { ServerResponse } from 'node:http';
import { withSlackForms } from './page-forms.ts';
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
.confirm{width:420px;border:0;border-radius:8px;padding:20px;box-shadow:0 8px 32px #0006}
.confirm h3{margin:0 0 10px}
.confirm div{display:flex;justify-content:flex-end;gap:8px;margin-top:16px}
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

/** Serves local-slack's page with the sandbox's additions. */
export async function sendPage(inner: string, response: ServerResponse): Promise<void> {
  const html = await (await fetch(inner)).text();
  const added = withSlackForms(html).replace(
    '<title>local-slack</title>',
    `<title>Relight sandbox</title>${style}${snippets}${fences}${groupMentions}`,
  );
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(added);
}
