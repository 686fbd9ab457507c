import { z } from 'zod';
import { click, type HasSlack, lead, type MessageButton } from './responder.ts';
import { until } from './until.ts';
import { getJson, postJson } from './world.ts';

const Text = z.object({ text: z.string(), type: z.string() });
const Block = z.looseObject({ type: z.string(), text: Text.optional(), elements: z.array(Text).optional() });
const View = z.object({ blocks: z.array(Block), submit: z.object({ text: z.string() }).optional() });
const Views = z.object({ views: z.array(z.object({ kind: z.string(), view: z.unknown() })) });
type View = z.infer<typeof View>;

/** One AWS call as shown in the modal. */
export interface ReadCall {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly repeats: string;
}

export interface ReadRequest {
  readonly intro: string;
  readonly calls: readonly ReadCall[];
}

/** Clicks "See the request" next to this button and reads all pages; the JSON comes from the text that Slack shows. */
export async function readRequest(world: HasSlack, button: MessageButton): Promise<ReadRequest> {
  const seen = await viewsIn(world);
  await click(world, lead, { ...button, actionId: 'relight_request' });
  const pages = [await until(async () => (await viewsIn(world))[seen.length], 'the request to open')];
  while (pages.at(-1)?.submit?.text === 'Next page') {
    await postJson(`${world.slack.url}/_sandbox/submit-view`, { user: lead, values: {} });
    const at = seen.length + pages.length;
    pages.push(await until(async () => (await viewsIn(world))[at], 'the next page'));
  }
  const blocks = pages.flatMap((page) => page.blocks);
  const intro = blocks.flatMap(({ elements }) => elements ?? []).find(({ text }) => text.includes('SHA-256'));
  return { intro: intro?.text ?? '', calls: callsIn(blocks) };
}

async function viewsIn(world: HasSlack): Promise<View[]> {
  const { views } = Views.parse(await getJson(`${world.slack.url}/_sandbox/ledger`));
  return views.filter(({ kind }) => kind === 'open' || kind === 'update').map(({ view }) => View.parse(view));
}

type Blocks = View['blocks'];

function callsIn(blocks: Blocks): ReadCall[] {
  const starts = blocks.flatMap((block, at) => (titleOf(block) === undefined ? [] : [at]));
  return starts.flatMap((start, index) => {
    const [title, ...content] = blocks.slice(start, starts[index + 1]);
    const operation = title && titleOf(title);
    // Other headings are sentences, not operation names.
    return operation === undefined || /[^A-Za-z]/.test(operation) ? [] : [callIn(operation, content)];
  });
}

function titleOf({ text }: Blocks[number]): string | undefined {
  return text?.type === 'mrkdwn' ? /^\*([^*]+)\*$/.exec(text.text)?.[1] : undefined;
}

function callIn(operation: string, content: Blocks): ReadCall {
  const [first] = content;
  const repeats = first?.type === 'context' ? (first.elements?.[0]?.text ?? '') : '';
  const json = content.reduce((before, { text, elements }) => {
    if (text !== undefined) return `${before}${codeIn(text)}\n`;
    // A line that is too long for one block continues in the next one.
    return elements?.[0]?.text.startsWith('↳') === true ? before.slice(0, -1) : before;
  }, '');
  const input = z.record(z.string(), z.unknown()).parse(JSON.parse(json));
  return { operation, input, repeats };
}

function codeIn({ type, text }: z.infer<typeof Text>): string {
  if (type !== 'mrkdwn') return text;
  const inside = text.replace(/^```\n/, '').replace(/\n```$/, '');
  return inside.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
