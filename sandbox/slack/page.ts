import type { ServerResponse } from 'node:http';
import { withSlackForms } from './page-forms.ts';

/**
 * Slack keeps the line breaks of plain text, has room for a thread, and shows how a text file begins;
 * local-slack's page has none of it.
 */
const style = `<style>
.plain{white-space:pre-line}
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

/** The page that people open, with what the sandbox adds to it. */
export async function sendPage(inner: string, response: ServerResponse): Promise<void> {
  const html = await (await fetch(inner)).text();
  const added = withSlackForms(html).replace(
    '<title>local-slack</title>',
    `<title>Relight sandbox</title>${style}${snippets}`,
  );
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(added);
}
