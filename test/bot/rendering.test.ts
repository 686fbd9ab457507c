import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { blocksProblem, viewProblem } from '../../sandbox/slack/validate-blocks.ts';
import { formView } from '../../src/bot/views/form.ts';
import { homeView } from '../../src/bot/views/home.ts';
import { requestView } from '../../src/bot/views/request.ts';
import { type ThreadMessage, thread } from '../../src/bot/views/thread.ts';
import { playbook } from './a-playbook.ts';
import { anyIncident, anyProposal, anyText, now } from './any-incident.ts';

/** Whatever stands in the journal, Slack takes the messages, and nothing in them is markup that others wrote. */

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
    expect(one.text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
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
      fc.property(anyIncident, (one) => {
        for (const message of thread(one, () => playbook, now)) expectTaken(message);
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
      fc.property(anyIncident, (one) => {
        const withButtons = thread(one, () => playbook, now).filter(({ blocks }) =>
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
      fc.property(anyProposal, (one) => {
        const view = requestView(one, 'abcdef');
        expect(viewProblem(view)).toBeUndefined();
        expectHarmless(view.blocks);
      }),
      { numRuns: 200 },
    );
  });

  it('shows a form of any wording', () => {
    fc.assert(
      fc.property(anyText, fc.array(anyText, { minLength: 1, maxLength: 120 }), (words, choices) => {
        const fields = [
          {
            key: 'one',
            label: words || 'x',
            kind: 'choice' as const,
            hint: words,
            choices: choices.map((c, n) => `${n} ${c}`),
          },
        ];
        const form = {
          title: words || 'x',
          asks: words,
          approver: 'lead' as const,
          fields,
          purpose: 'answer' as const,
          problems: () => ({}),
        };
        const view = formView({ incident: 'rl-1', step: 'one', attempt: 1, hash: '' }, form, '1.2');
        expect(viewProblem(view)).toBeUndefined();
        expectHarmless(view.blocks);
      }),
      { numRuns: 100 },
    );
  });

  it('is the same for the same state, so that nothing is sent twice', () => {
    fc.assert(
      fc.property(anyIncident, (one) => {
        expect(thread(one, () => playbook, now).map(({ print }) => print)).toEqual(
          thread(structuredClone(one), () => playbook, now).map(({ print }) => print),
        );
      }),
      { numRuns: 50 },
    );
  });
});
