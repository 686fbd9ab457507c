import { z } from 'zod';

/** Slack's limits on blocks: https://docs.slack.dev/reference/block-kit/blocks and its subpages. */

interface Rule {
  readonly says: string;
  readonly broken: (block: Block) => boolean;
}

const Text = z.object({ type: z.string(), text: z.string() });
const Element = z.looseObject({
  type: z.string(),
  action_id: z.string().optional(),
  value: z.string().optional(),
  text: z.union([Text, z.string()]).optional(),
  options: z.array(z.unknown()).optional(),
  confirm: z.looseObject({ title: Text, text: Text, confirm: Text, deny: Text }).optional(),
});
const Block = z.looseObject({
  type: z.string(),
  block_id: z.string().optional(),
  text: Text.optional(),
  fields: z.array(Text).optional(),
  elements: z.array(Element).optional(),
  accessory: Element.optional(),
});
type Block = z.infer<typeof Block>;

const isEmptyOrLonger = (value: string | undefined, max: number): boolean =>
  value !== undefined && (value.length > max || value.length === 0);
const elements = ({ elements: list = [], accessory }: Block): z.infer<typeof Element>[] =>
  accessory === undefined ? list : [...list, accessory];
const buttons = (block: Block): z.infer<typeof Element>[] =>
  elements(block).filter(({ type }) => type === 'button');

const rules: readonly Rule[] = [
  {
    says: 'a section needs text or fields',
    broken: ({ type, text, fields }) => type === 'section' && text === undefined && fields === undefined,
  },
  {
    says: 'section text has 1 to 3000 characters',
    broken: ({ type, text }) => type === 'section' && isEmptyOrLonger(text?.text, 3_000),
  },
  { says: 'a section has at most 10 fields', broken: ({ fields = [] }) => fields.length > 10 },
  {
    says: 'a field has 1 to 2000 characters',
    broken: ({ fields = [] }) => fields.some(({ text }) => isEmptyOrLonger(text, 2_000)),
  },
  {
    says: 'a header has 1 to 150 characters of plain text',
    broken: ({ type, text }) =>
      type === 'header' &&
      (text === undefined || isEmptyOrLonger(text.text, 150) || text.type !== 'plain_text'),
  },
  {
    says: 'a context has 1 to 10 elements',
    broken: ({ type, elements: list = [] }) => type === 'context' && (list.length > 10 || list.length === 0),
  },
  {
    says: 'actions have 1 to 25 elements',
    broken: ({ type, elements: list = [] }) => type === 'actions' && (list.length > 25 || list.length === 0),
  },
  {
    says: 'a button has 1 to 75 characters',
    broken: (block) =>
      buttons(block).some(({ text }) => typeof text !== 'object' || isEmptyOrLonger(text.text, 75)),
  },
  {
    says: 'a value has at most 2000 characters',
    broken: (block) => elements(block).some(({ value }) => isEmptyOrLonger(value, 2_000)),
  },
  {
    says: 'an action_id has at most 255 characters',
    broken: (block) => elements(block).some(({ action_id }) => isEmptyOrLonger(action_id, 255)),
  },
  { says: 'a block_id has at most 255 characters', broken: ({ block_id }) => isEmptyOrLonger(block_id, 255) },
  {
    says: 'each action_id of a block is there once',
    broken: (block) => repeated(elements(block).flatMap(({ action_id }) => action_id ?? [])),
  },
  {
    says: 'a confirm dialog has a title of 100, a text of 300 and buttons of 30',
    broken: (block) =>
      elements(block).some(
        ({ confirm }) =>
          confirm !== undefined &&
          (isEmptyOrLonger(confirm.title.text, 100) ||
            isEmptyOrLonger(confirm.text.text, 300) ||
            isEmptyOrLonger(confirm.confirm.text, 30) ||
            isEmptyOrLonger(confirm.deny.text, 30)),
      ),
  },
  {
    says: 'a list has at most 100 options',
    broken: (block) => elements(block).some(({ options = [] }) => options.length > 100),
  },
];

/** Slack's error code for a refused call, and the details. */
export interface Problem {
  readonly error: string;
  readonly messages: readonly string[];
}

/** Returns undefined if Slack would accept the blocks. */
export function blocksProblem(value: unknown, maxBlocks: number): Problem | undefined {
  if (value === undefined) return undefined;
  const parsed = z.array(Block).safeParse(value);
  if (!parsed.success) return { error: 'invalid_blocks', messages: [z.prettifyError(parsed.error)] };
  const blocks = parsed.data;
  const messages = blocks.flatMap((block, at) =>
    rules.filter((rule) => rule.broken(block)).map(({ says }) => `${says} [json-pointer:/blocks/${at}]`),
  );
  if (blocks.length > maxBlocks) messages.push(`at most ${maxBlocks} blocks`);
  if (repeated(blocks.flatMap(({ block_id }) => block_id ?? [])))
    messages.push('each block_id is there once');
  if (messages.length > 0) return { error: 'invalid_blocks', messages };
  // https://github.com/slackapi/bolt-js/issues/2509: the total size of all blocks has an undocumented limit.
  return JSON.stringify(blocks).length > 13_200 * 3 || characters(blocks) > 13_200
    ? { error: 'msg_blocks_too_long', messages: ['more than 13,200 characters'] }
    : undefined;
}

const View = z.looseObject({
  type: z.enum(['modal', 'home']),
  title: Text.optional(),
  submit: Text.optional(),
  close: Text.optional(),
  private_metadata: z.string().max(3_000).optional(),
  blocks: z.array(z.unknown()),
});

export function viewProblem(value: unknown): Problem | undefined {
  const parsed = View.safeParse(value);
  if (!parsed.success) return { error: 'invalid_arguments', messages: [z.prettifyError(parsed.error)] };
  const { type, title, submit, close, blocks } = parsed.data;
  const long = [title, submit, close].some((text) => text !== undefined && text.text.length > 24);
  if (long || (type === 'modal' && title === undefined))
    return {
      error: 'invalid_arguments',
      messages: ['a modal has a title, and its title and buttons have at most 24 characters'],
    };
  return blocksProblem(blocks, 100);
}

function repeated(list: readonly string[]): boolean {
  return new Set(list).size < list.length;
}

function characters(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, one]) => sum + (key === 'text' || typeof one === 'object' ? characters(one) : 0),
    0,
  );
}
