import type { ServerResponse } from 'node:http';

/** Slack keeps the line breaks of plain text and has room for a thread; local-slack's page has neither. */
const style = '<style>.plain{white-space:pre-line}.thread-pane{width:600px!important}</style>';

/** The page that people open, with the sandbox's style added to it. */
export async function sendPage(inner: string, response: ServerResponse): Promise<void> {
  const html = await (await fetch(inner)).text();
  const styled = html.replace('<title>local-slack</title>', `<title>Relight sandbox</title>${style}`);
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(styled);
}
