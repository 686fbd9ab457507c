import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { blocksProblem, viewProblem } from '../../sandbox/slack/validate-blocks.ts';
import { formView } from '../../src/bot/views/form.ts';
import { homeView } from '../../src/bot/views/home.ts';
import { requestView } from '../../src/bot/views/request.ts';
import { type ThreadMessage, thread } from '../../src/bot/views/thread.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import type { Proposal } from '../../src/playbooks/outcome.ts';
import type { StepState } from '../../src/playbooks/runner.ts';
import { playbook, testPlan } from './a-playbook.ts';

/** Whatever stands in the journal, Slack takes the messages, and nothing in them is markup that others wrote. */

const now = 100_000_000;

const nasty = fc.constantFrom(
  '<!channel>',
  '<!here|x>',
  '<@U0LEAD>',
  '<#C0INCIDENT>',
  '<https://evil.example|click>',
  'https://evil.example/?a=1&b=2',
  '*bold* _it_ ~no~ `code` ```fence```',
  ':warning:',
  '\u202Egnp.exe\u2066',
  'a\u0000b\u001Bc\u200Bd',
  '\uD800',
  '&lt;!channel&gt;',
  'line\nline\r\n> quote\n• list',
);
const text = fc
  .array(fc.oneof(nasty, fc.string({ unit: 'binary' }), fc.lorem()), { maxLength: 6 })
  .map((parts) => parts.join(' '));
const long = fc
  .tuple(text, fc.integer({ min: 1, max: 400 }))
  .map(([part, times]) => part.repeat(times).slice(0, 20_000));
const value = fc.oneof(text, long, fc.constant(''));
const user = fc.oneof(fc.constant('U0LEAD'), value);

const proposal: fc.Arbitrary<Proposal> = fc.record({
  headline: value,
  request: fc.dictionary(fc.string(), value, { maxKeys: 30 }),
  differences: fc.array(
    fc.record({ field: value, before: value, after: value, why: value }, { requiredKeys: ['field'] }),
    { maxLength: 40 },
  ),
  warnings: fc.array(value, { maxLength: 20 }),
});
const approvals = fc.array(fc.record({ by: user, at: fc.integer({ min: 0, max: now }) }), { maxLength: 3 });
const at = fc.integer({ min: 0, max: now });
const attempt = fc.integer({ min: 1, max: 9 });
const asked = { proposal, hash: fc.constant('abcdef0123'), role: fc.constant('lead' as const), approvals };

/** Our own words, from the table of errors. */
const next = fc.constantFrom('Run `relight doctor`, then press Try again.', 'Call a lead.');

const state: fc.Arbitrary<StepState> = fc.oneof(
  fc.record({ status: fc.constant('waiting' as const), attempt }),
  fc.record({ status: fc.constant('working' as const), attempt, note: value, since: at }),
  fc.record(
    { status: fc.constant('proposed' as const), attempt, ...asked, needs: attempt, since: at, lapsed: value },
    { requiredKeys: ['status', 'attempt', 'proposal', 'hash', 'role', 'needs', 'approvals', 'since'] },
  ),
  fc.record({
    status: fc.constant('changing' as const),
    attempt,
    ...asked,
    needs: attempt,
    since: at,
    note: value,
  }),
  fc.record({
    status: fc.constant('done' as const),
    attempt,
    result: fc.oneof(
      fc.record({ checkpoint: value }),
      fc.record({ job: value }),
      fc.record({ cause: value }),
      fc.anything(),
    ),
    at,
    by: user,
    proposal,
    approvals,
  }),
  fc.record({ status: fc.constant('skipped' as const), reason: value, at }),
  fc.record({ status: fc.constant('failed' as const), attempt, code: text, says: value, next, at }),
);

const incident: fc.Arbitrary<Incident> = fc
  .record({
    job: value,
    tier: fc.constantFrom('gold', 'bronze'),
    region: value,
    rtoMinutes: fc.integer({ min: 1, max: 10_000 }),
    failedAt: at,
    alarms: fc.array(
      fc.record({ source: fc.constant('cloudwatch-alarm' as const), name: value, reason: value, at }),
      { minLength: 1, maxLength: 5 },
    ),
    states: fc.tuple(state, state, state),
    recovered: fc.option(fc.record({ at, how: value }), { nil: undefined }),
    closed: fc.option(fc.record({ at, why: value }), { nil: undefined }),
  })
  .map(({ states, recovered, closed, ...rest }) => ({
    ...rest,
    id: 'rl-test1234',
    seq: 9,
    kind: 'unknown' as const,
    rpoMinutes: 30,
    openedAt: rest.failedAt,
    playbook: testPlan.id,
    pinned: testPlan.steps,
    states: Object.fromEntries(testPlan.steps.map((step, index) => [step, states[index] ?? states[0]])),
    ...(recovered === undefined ? {} : { recovered }),
    ...(closed === undefined ? {} : { closed }),
  }));

const Text = z.looseObject({
  type: z.string(),
  text: z.string(),
  verbatim: z.boolean().optional(),
  emoji: z.boolean().optional(),
});

/** Every text object in a message, wherever it stands. */
function textsIn(node: unknown): z.infer<typeof Text>[] {
  if (typeof node !== 'object' || node === null) return [];
  const own = Text.safeParse(node);
  return [...(own.success ? [own.data] : []), ...Object.values(node).flatMap(textsIn)];
}

const ours = /<@U0LEAD>|<#C0INCIDENT>/g;

function expectHarmless(blocks: unknown): void {
  for (const one of textsIn(blocks)) {
    expect(one.text).not.toMatch(
      /[\u0000-\u0009\u000B-\u001F\u200B-\u200F\u202A-\u202E\u2066-\u2069\uD800]/u,
    );
    if (one.type === 'plain_text') expect(one.emoji).toBe(false);
    if (one.type !== 'mrkdwn') continue;
    expect(one.verbatim).toBe(true);
    // Slack's tokens stand in angle brackets; the only ones left are ours: https://docs.slack.dev/messaging/formatting-message-text
    expect(one.text.replace(ours, '')).not.toMatch(/[<>]/);
    expect(one.text).not.toMatch(/https?:/i);
  }
}

function expectTaken({ blocks, text: fallback }: ThreadMessage): void {
  expect(blocksProblem(blocks, 50)).toBeUndefined();
  expect(blocks.reduce((sum, block) => sum + JSON.stringify(block).length, 0)).toBeLessThanOrEqual(12_000);
  expect(fallback.length).toBeGreaterThan(0);
  expect(fallback.length).toBeLessThanOrEqual(3_000);
  expect(fallback).not.toMatch(/[<>]/);
  expectHarmless(blocks);
}

describe('what Slack is given', () => {
  it('keeps every limit and holds no live markup of others, whatever the journal says', () => {
    fc.assert(
      fc.property(incident, (one) => {
        for (const message of thread(one, playbook, now)) expectTaken(message);
        const home = homeView(
          { incidents: [{ incident: one, playbook }], total: 1, deadLetters: 2, channel: 'C0INCIDENT' },
          now,
        );
        expect(viewProblem(home)).toBeUndefined();
        expectHarmless(home.blocks);
      }),
      { numRuns: 300 },
    );
  });

  it('has buttons on one step at most, alone in their block, and only while that step asks', () => {
    fc.assert(
      fc.property(incident, (one) => {
        const withButtons = thread(one, playbook, now).filter(({ blocks }) =>
          blocks.some(({ type }) => type === 'actions'),
        );
        expect(withButtons.length).toBeLessThanOrEqual(one.closed === undefined ? 1 : 0);
        for (const { blocks, urgency } of withButtons) {
          expect(urgency).toBe('decision');
          const [actions] = blocks.filter(({ type }) => type === 'actions');
          // What others wrote is at least in another block; ours is words and a reference.
          expect(JSON.stringify(actions)).not.toContain('evil');
        }
      }),
      { numRuns: 300 },
    );
  });

  it('shows a request of any size for reading', () => {
    fc.assert(
      fc.property(proposal, (one) => {
        const view = requestView(one, 'abcdef');
        expect(viewProblem(view)).toBeUndefined();
        expectHarmless(view.blocks);
      }),
      { numRuns: 200 },
    );
  });

  it('shows a form of any wording', () => {
    fc.assert(
      fc.property(value, fc.array(value, { minLength: 1, maxLength: 120 }), (words, choices) => {
        const fields = [
          {
            key: 'one',
            label: words || 'x',
            kind: 'choice' as const,
            hint: words,
            choices: choices.map((c, n) => `${n} ${c}`),
          },
        ];
        const manual = { title: words || 'x', asks: words, button: 'Go', approver: 'lead' as const, fields };
        const view = formView({ incident: 'rl-1', step: 'one', attempt: 1, hash: '' }, manual, '1.2');
        expect(viewProblem(view)).toBeUndefined();
        expectHarmless(view.blocks);
      }),
      { numRuns: 100 },
    );
  });

  it('is the same for the same state, so that nothing is sent twice', () => {
    fc.assert(
      fc.property(incident, (one) => {
        expect(thread(one, playbook, now).map(({ print }) => print)).toEqual(
          thread(structuredClone(one), playbook, now).map(({ print }) => print),
        );
      }),
      { numRuns: 50 },
    );
  });
});
