import { App } from '@slack/bolt';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { kindsOf } from '../../bench/clicks/kinds.ts';
import type { Registered } from '../../bench/clicks/listener.ts';
import { startBot } from '../bot/a-bot.ts';

/** Every method of Bolt's `App` that registers a listener. */
const methods = ['action', 'command', 'event', 'message', 'options', 'shortcut', 'view'] as const;

const incident = { id: 'rl-7f3a9c2e', job: 'srl-rlvr-gold-1', value: 'rl-7f3a9c2e.resumed.1.0a1b2c3d' };

/** The id, or the pattern of ids, that a listener is registered with. */
function idIn(constraint: unknown): unknown {
  const hasId = typeof constraint === 'object' && constraint !== null && 'callback_id' in constraint;
  return hasId ? constraint.callback_id : constraint;
}

function fits({ on, id }: Registered, [method, constraint]: readonly [string, unknown]): boolean {
  return on === method && (constraint instanceof RegExp ? constraint.test(id) : constraint === id);
}

describe('the benchmark of clicks', () => {
  afterEach(() => vi.restoreAllMocks());

  it('measures every listener that the bot registers with Bolt, and none that it does not', async () => {
    const calls = methods.map((method) => [method, vi.spyOn(App.prototype, method)] as const);
    await (await startBot()).close();
    const registered = calls.flatMap(([method, { mock }]) =>
      mock.calls.map(([constraint]) => [method, idIn(constraint)] as const),
    );
    const measured = kindsOf([incident])
      .flatMap(({ listeners }) => listeners)
      .flatMap(({ answers }) => answers);

    expect(registered.length).toBeGreaterThan(40);
    expect(registered.filter((one) => !measured.some((answer) => fits(answer, one)))).toEqual([]);
    expect(measured.filter((answer) => !registered.some((one) => fits(answer, one)))).toEqual([]);
  });
});
