import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { viewProblem } from '../../../sandbox/slack/validate-blocks.ts';
import { formView } from '../../../src/bot/views/form.ts';
import { homeView } from '../../../src/bot/views/home/home.ts';
import { requestView } from '../../../src/bot/views/request/request.ts';
import { thread } from '../../../src/bot/views/thread.ts';
import type { Incident } from '../../../src/incidents/model/incident.ts';
import { keyInRun } from '../../../src/playbooks/define/run-keys.ts';
import { playbook } from '../a-playbook.ts';
import { anyIncident, anyProposal, now } from '../any-incident.ts';
import { anyText } from '../any-text.ts';
import { expectHarmless, expectTaken } from '../harmless.ts';

/** The same playbook started again. */
function replacedByItself(one: Incident): Incident {
  const { playbook: id = '', pinned } = one;
  return {
    ...one,
    earlier: [{ playbook: id, pinned, chosen: false }],
    pinned: pinned.map((key) => keyInRun(key, 2)),
  };
}

/** For any journal, Slack accepts the messages, and no untrusted text in them is markup. */
describe('messages to Slack', () => {
  it('stay within every limit and contain no untrusted markup, for any journal', () => {
    fc.assert(
      fc.property(anyIncident, (one) => {
        for (const message of thread(one, () => playbook, now)) expectTaken(message);
        const home = homeView(
          {
            incidents: [{ incident: one, playbook }],
            total: 1,
            deadLetters: 2,
            unreadable: [],
            muted: [],
            user: 'U0LEAD',
            awaiting: [one],
            figures: undefined,
            channel: 'C0INCIDENT',
          },
          now,
        );
        expect(viewProblem(home)).toBeUndefined();
        expectHarmless(home.blocks);
      }),
      { numRuns: 300 },
    );
  });

  it('have buttons on at most one step, in a block of their own, and only while that step waits for people or can be canceled', () => {
    fc.assert(
      fc.property(anyIncident, (one) => {
        const withButtons = thread(one, () => playbook, now)
          .filter(({ key }) => key !== 'card')
          .filter(({ blocks }) => blocks.some(({ type }) => type === 'actions'));
        // A call to people has a button of its own, to acknowledge it.
        const steps = withButtons.filter(({ key }) => !key.startsWith('charge-'));
        expect(steps.length).toBeLessThanOrEqual(1);
        if (one.closed !== undefined) expect(withButtons).toEqual([]);
        for (const { blocks, urgency } of steps) {
          const [actions] = blocks.filter(({ type }) => type === 'actions');
          if (!JSON.stringify(actions).includes('relight_cancel'))
            expect(urgency).toBe(one.touched ? 'awaited' : 'decision');
          // Untrusted text is at least in another block; the buttons only have our words and a reference.
          expect(JSON.stringify(actions)).not.toContain('evil');
        }
      }),
      { numRuns: 300 },
    );
  });

  it('ask for a next move only if a person can make it, and not in a playbook that was replaced', () => {
    fc.assert(
      fc.property(anyIncident, fc.boolean(), (one, replaced) => {
        const shown = replaced ? replacedByItself(one) : one;
        for (const { blocks } of thread(shown, () => playbook, now).filter(({ key }) => key !== 'card')) {
          const asks = JSON.stringify(blocks).includes('*Next:* ');
          expect(asks && !blocks.some(({ type }) => type === 'actions')).toBe(false);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('show a request of any size', () => {
    fc.assert(
      fc.property(anyProposal, (one) => {
        const view = requestView(one, 'abcdef');
        expect(viewProblem(view)).toBeUndefined();
        expectHarmless(view.blocks);
      }),
      { numRuns: 200 },
    );
  });

  it('show a form with any text', () => {
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
        const view = formView({ incident: 'rl-1', step: 'one', attempt: 1, hash: '' }, form, {
          thread: '1.2',
        });
        expect(viewProblem(view)).toBeUndefined();
        expectHarmless(view.blocks);
      }),
      { numRuns: 100 },
    );
  });

  it('are the same for the same state, so that nothing is sent twice', () => {
    fc.assert(
      fc.property(anyIncident, (one) => {
        expect(thread(one, () => playbook, now).map(({ renderHash }) => renderHash)).toEqual(
          thread(structuredClone(one), () => playbook, now).map(({ renderHash }) => renderHash),
        );
      }),
      { numRuns: 50 },
    );
  });
});
