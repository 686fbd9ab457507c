import type { ServerResponse } from 'node:http';
import { withSlackForms } from './page-forms.ts';

/**
 * Slack keeps the line breaks of plain text, has room for a thread, and shows how a text file begins;
 * local-slack's page has none of it.
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

/** Puts the first lines of each text file into its card, as plain text. */
const snippets = `<script>
const begun = new WeakSet();
const begin = async (card) => {
  const link = card.querySelector('a.file-card-body');
  if (link === null || begun.has(card)) return;
  begun.add(card);
  const answer = await fetch(link.href);
  if (!(answer.headers.get('content-type') ?? '').startsWith('text/')) return;
  const lines = (await answer.text()).split('\\n');
  const text = document.createElement('pre');
  text.textContent = lines.slice(0, 12).join('\\n') + (lines.length > 12 ? '\\n…' : '');
  card.append(text);
};
new MutationObserver(() => document.querySelectorAll('.file-card').forEach(begin))
  .observe(document.documentElement, { childList: true, subtree: true });
</script>`;

/**
 * Shows a text between three backticks as code, as Slack does; local-slack's page reads markup inside it instead, which
 * is put back here.
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

/** The page that people open, with what the sandbox adds to it. */
export async function sendPage(inner: string, response: ServerResponse): Promise<void> {
  const html = await (await fetch(inner)).text();
  const added = withSlackForms(html).replace(
    '<title>local-slack</title>',
    `<title>Relight sandbox</title>${style}${snippets}${fences}`,
  );
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(added);
}
