import fc from 'fast-check';
import type { Incident } from '../../src/incidents/model/incident.ts';
import type { StepState } from '../../src/playbooks/runner.ts';
import type { Proposal } from '../../src/ports/step-output.ts';
import { testPlan } from './a-playbook.ts';
import { anyCalled, anyChargeNotes } from './any-charge-notes.ts';
import { anyText, text } from './any-text.ts';

/** Incidents in any state, full of text that tries to be markup. */

export const now = 100_000_000;

const user = fc.oneof(fc.constant('U0LEAD'), anyText);

export const anyProposal: fc.Arbitrary<Proposal> = fc.record({
  headline: anyText,
  request: fc.dictionary(fc.string(), anyText, { maxKeys: 30 }),
  differences: fc.array(
    fc.record({ field: anyText, before: anyText, after: anyText, why: anyText }, { requiredKeys: ['field'] }),
    { maxLength: 40 },
  ),
  warnings: fc.array(anyText, { maxLength: 20 }),
});
const approvals = fc.array(fc.record({ by: user, at: fc.integer({ min: 0, max: now }) }), { maxLength: 3 });
const at = fc.integer({ min: 0, max: now });
const attempt = fc.integer({ min: 1, max: 9 });
const asked = {
  proposal: anyProposal,
  hash: fc.constant('abcdef0123'),
  role: fc.constant('lead' as const),
  approvals,
};

/** Relight's own texts, from the table of errors. */
const next = fc.constantFrom('Run `relight doctor`, then press Try again.', 'Call a lead.');

const state: fc.Arbitrary<StepState> = fc.oneof(
  fc.record({ status: fc.constant('waiting' as const), attempt }),
  fc.record({ status: fc.constant('working' as const), attempt, note: anyText, since: at }),
  fc.record(
    {
      status: fc.constant('proposed' as const),
      attempt,
      ...asked,
      needs: attempt,
      since: at,
      lapsed: anyText,
    },
    { requiredKeys: ['status', 'attempt', 'proposal', 'hash', 'role', 'needs', 'approvals', 'since'] },
  ),
  fc.record({
    status: fc.constant('changing' as const),
    attempt,
    ...asked,
    needs: attempt,
    since: at,
    note: anyText,
  }),
  fc.record({
    status: fc.constant('done' as const),
    attempt,
    result: fc.oneof(
      fc.record({ checkpoint: anyText }),
      fc.record({ job: anyText }),
      fc.record({ cause: anyText }),
      fc.anything(),
    ),
    at,
    by: user,
    proposal: anyProposal,
    approvals,
  }),
  fc.record({ status: fc.constant('skipped' as const), reason: anyText, at }),
  fc.record({
    status: fc.constant('declined' as const),
    attempt,
    by: user,
    reason: anyText,
    at,
    proposal: anyProposal,
    approvals,
  }),
  fc.record({
    status: fc.constant('canceled' as const),
    attempt,
    by: user,
    says: anyText,
    sent: fc.boolean(),
    running: anyText,
    result: fc.anything(),
    at,
    proposal: anyProposal,
    approvals,
  }),
  fc.record({ status: fc.constant('failed' as const), attempt, code: text, says: anyText, next, at }),
);

const stepNotes = fc.array(
  fc.record({
    number: attempt,
    step: fc.constantFrom(...testPlan.steps),
    what: fc.constantFrom(
      'declined' as const,
      'canceled' as const,
      'went-back' as const,
      'switched' as const,
    ),
    by: user,
    why: anyText,
    at,
    to: fc.array(user, { maxLength: 3 }),
  }),
  { maxLength: 2 },
);

export const anyIncident: fc.Arbitrary<Incident> = fc
  .record({
    job: anyText,
    tier: fc.constantFrom('gold', 'bronze'),
    region: anyText,
    rtoMinutes: fc.integer({ min: 1, max: 10_000 }),
    failedAt: at,
    alarms: fc.array(
      fc.record({ source: fc.constant('cloudwatch-alarm' as const), name: anyText, reason: anyText, at }),
      { minLength: 1, maxLength: 5 },
    ),
    alarmStates: fc
      .array(
        fc.tuple(
          anyText,
          fc.record({ state: fc.constantFrom('ALARM' as const, 'OK' as const), at, flapping: fc.boolean() }),
        ),
        { maxLength: 3 },
      )
      .map((pairs) => new Map(pairs)),
    touched: fc.boolean(),
    responder: fc.option(fc.record({ user, since: at, how: fc.constant('took' as const) }), {
      nil: undefined,
    }),
    paused: fc.option(fc.record({ by: user, at, why: anyText }), { nil: undefined }),
    follows: fc.option(fc.record({ job: anyText, by: user, at }), { nil: undefined }),
    duplicates: fc.array(anyText, { maxLength: 3 }),
    chargeNotes: anyChargeNotes,
    called: anyCalled,
    affectedJobs: fc.array(
      fc.record({
        job: anyText,
        tier: anyText,
        kind: fc.constantFrom('capacity' as const, 'unknown' as const),
        at,
        own: fc.option(fc.constant('rl-abcd2345'), { nil: undefined }),
      }),
      { maxLength: 60 },
    ),
    notes: stepNotes,
    states: fc.tuple(state, state, state),
    recovered: fc.option(fc.record({ at, how: anyText }), { nil: undefined }),
    closed: fc.option(fc.record({ at, why: anyText }), { nil: undefined }),
  })
  .map(({ states, recovered, closed, notes, ...rest }) => ({
    ...rest,
    id: 'rl-test1234',
    seq: 9,
    kind: 'unknown' as const,
    rpoMinutes: 30,
    openedAt: rest.failedAt,
    playbook: testPlan.id,
    pinned: testPlan.steps,
    adjusted: {},
    askedBy: {},
    stopping: {},
    stopped: [],
    notes,
    chosen: false,
    subject: rest.job,
    earlier: [],
    attempts: [],
    dated: true,
    states: Object.fromEntries(testPlan.steps.map((step, index) => [step, states[index] ?? states[0]])),
    ...(recovered === undefined ? {} : { recovered }),
    ...(closed === undefined ? {} : { closed }),
  }));
