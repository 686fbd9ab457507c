import { WebSocket } from 'ws';
import { z } from 'zod';
import { SlackFault, type SlackFaults } from './faults.ts';
import type { SlackLedger } from './ledger.ts';
import { textOf } from './sockets.ts';

const Click = z.object({
  user: z.string(),
  channel: z.string(),
  ts: z.string(),
  action_id: z.string(),
  value: z.string().optional(),
});
const Command = z.object({
  user: z.string(),
  channel: z.string(),
  command: z.string().default('/relight'),
  text: z.string().default(''),
});
const Submission = z.object({
  user: z.string(),
  values: z.unknown().default({}),
  close: z.boolean().default(false),
});
const Home = z.object({ user: z.string() });
const Element = z.looseObject({ action_id: z.string(), value: z.string().optional() });
const Held = z.looseObject({
  block_id: z.string().optional(),
  elements: z.array(z.unknown()).default([]),
  accessory: z.unknown().optional(),
});

/** The control API under /_sandbox: act as a Slack user, make calls fail, read the ledger. */
export class SlackControl {
  private readonly inner: string;
  private readonly ledger: SlackLedger;
  private readonly faults: SlackFaults;

  constructor(inner: string, ledger: SlackLedger, faults: SlackFaults) {
    this.inner = inner;
    this.ledger = ledger;
    this.faults = faults;
  }

  /** Returns undefined if the path does not exist. */
  async handle(method: string, { pathname: path, searchParams }: URL, body: string): Promise<unknown> {
    const input = (): unknown => JSON.parse(body === '' ? '{}' : body);
    switch (`${method} ${path}`) {
      case 'GET /_sandbox/ledger':
        return this.ledger.show(Number(searchParams.get('since')));
      case 'POST /_sandbox/faults':
        this.faults.add(SlackFault.parse(input()));
        return { ok: true };
      case 'DELETE /_sandbox/faults':
        this.faults.clear();
        return { ok: true };
      case 'POST /_sandbox/release':
        this.faults.release();
        return { ok: true };
      case 'POST /_sandbox/click':
        return this.click(Click.parse(input()));
      case 'POST /_sandbox/command':
        return this.post('/_control/command', Command.parse(input()));
      case 'POST /_sandbox/open-home':
        return this.post('/_control/open-home', Home.parse(input()));
      case 'POST /_sandbox/submit-view':
        return this.submit(Submission.parse(input()));
      default:
        return undefined;
    }
  }

  /** The value may be one that the message no longer shows, to simulate a click on an outdated copy of it. */
  private async click({ user, channel, ts, action_id, value }: z.infer<typeof Click>): Promise<unknown> {
    const found = this.element(channel, ts, action_id);
    const action = { type: 'button', action_id, block_id: found?.block, value: value ?? found?.value };
    return this.post('/_control/interact', { user, channel, messageTs: ts, action });
  }

  private element(
    channel: string,
    ts: string,
    actionId: string,
  ): { readonly block: string | undefined; readonly value: string | undefined } | undefined {
    for (const raw of this.ledger.find(channel, ts)?.blocks ?? []) {
      const block = Held.safeParse(raw).data;
      const elements = block === undefined ? [] : [...block.elements, block.accessory];
      const element = elements
        .map((one) => Element.safeParse(one).data)
        .find((one) => one?.action_id === actionId);
      if (block !== undefined && element !== undefined)
        return { block: block.block_id, value: element.value };
    }
    return undefined;
  }

  private async post(path: string, body: unknown): Promise<unknown> {
    const answer = await fetch(`${this.inner}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return answer.json();
  }

  /** Submits a modal through the page's WebSocket, since local-slack has no HTTP endpoint for it. Returns the validation errors. */
  private async submit({ user, values, close }: z.infer<typeof Submission>): Promise<unknown> {
    const socket = new WebSocket(`${this.inner.replace('http', 'ws')}/ui`);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    const result = new Promise<unknown>((resolve) => {
      socket.on('message', (data) => {
        const event = z
          .looseObject({
            t: z.string(),
            errors: z.unknown().optional(),
            stack: z.array(z.unknown()).default([]),
          })
          .safeParse(JSON.parse(textOf(data))).data;
        if (event?.t === 'view_errors') resolve({ ok: false, errors: event.errors });
        if (event !== undefined && event.t.startsWith('view') && event.t !== 'view_errors') {
          if (!close && event.stack.length > 0) this.ledger.viewReplaced(user, event.stack.at(-1));
          resolve({ ok: true });
        }
      });
      setTimeout(() => resolve({ ok: true }), 3_000).unref();
    });
    socket.send(JSON.stringify(close ? { t: 'view_close', user } : { t: 'view_submit', user, values }));
    const answer = await result;
    socket.close();
    return answer;
  }
}
