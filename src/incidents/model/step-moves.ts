import { OpsError } from '../../errors.ts';
import type { Kept, StepState } from '../../playbooks/runner.ts';
import type { EventOf, IncidentEvent, Note } from './events.ts';
import { approved } from './step-approved.ts';

export type StepChange = Exclude<
  Extract<IncidentEvent, { step: string }>,
  { type: Note['type'] | `autopilot-${string}` }
>;
type Move = StepChange['type'];

/** The legal moves: for each event, the states in which its step may be. */
const moves = {
  'step-progress': ['waiting', 'working', 'changing'],
  // A step in progress is skipped if the incident's end is known by then.
  'step-skipped': ['waiting', 'working', 'proposed', 'failed', 'declined', 'canceled'],
  'step-proposed': ['waiting', 'working'],
  'step-approved': ['proposed'],
  'step-reminded': ['proposed'],
  'step-lapsed': ['proposed'],
  'step-declined': ['proposed'],
  'step-renewed': ['waiting', 'working', 'proposed', 'changing', 'failed', 'declined', 'canceled'],
  'step-begun': ['proposed'],
  'step-sent': ['changing'],
  'step-cancel-asked': ['changing'],
  // Before it begins, an approved request is canceled like one that is being sent.
  'step-canceled': ['proposed', 'changing'],
  'step-kept': ['canceled'],
  'step-stop-asked': ['canceled'],
  'step-done': ['waiting', 'working', 'changing'],
  'step-failed': ['waiting', 'working', 'proposed', 'changing'],
  'step-retried': ['failed', 'declined', 'canceled'],
  'step-adjusted': ['proposed', 'failed', 'declined', 'canceled'],
  'step-answered': ['waiting'],
} as const satisfies Record<Move, readonly StepState['status'][]>;

type From<M extends Move> = Extract<StepState, { status: (typeof moves)[M][number] }>;

const after: { readonly [M in Move]: (state: From<M>, event: EventOf<M>, at: number) => StepState } = {
  'step-progress': (state, { note }, at) =>
    state.status === 'waiting'
      ? { status: 'working', attempt: state.attempt, note, since: at, ...renewedIn(state) }
      : { ...state, note },
  'step-skipped': ({ attempt }, { reason, by }, at) => ({
    status: 'skipped',
    reason,
    at,
    last: attempt,
    ...(by !== undefined && { by: by.user }),
  }),
  'step-proposed': (state, { attempt, proposal, hash, role, needs, policyClass, others }, at) => ({
    status: 'proposed',
    attempt,
    proposal,
    hash,
    role,
    needs,
    ...(policyClass !== undefined && { policyClass }),
    ...(others !== undefined && { others }),
    approvals: [],
    since: at,
    ...renewedIn(state),
  }),
  'step-renewed': (_, { attempt, why }) => ({ status: 'waiting', attempt, renewed: why }),
  'step-approved': approved,
  'step-reminded': (state) => ({ ...state, reminded: true }),
  'step-lapsed': ({ glass, ...state }, { why, of }) => ({
    ...state,
    needs: glass?.insteadOf ?? state.needs,
    approvals: of === undefined ? [] : state.approvals.filter(({ by }) => !of.includes(by)),
    lapsed: why,
    lapsedOf: of ?? [],
  }),
  'step-begun': (state, { marksSent }, at) => ({
    ...requested(state),
    status: 'changing',
    since: at,
    // The worker of an earlier version does not say when it sends.
    ...(marksSent === undefined && { sent: true as const }),
  }),
  'step-declined': (state, { attempt, by, reason }, at) => ({
    status: 'declined',
    attempt,
    by: by.user,
    reason,
    at,
    ...requestOf(state),
  }),
  'step-sent': (state, { writes, call }, at) => ({
    ...state,
    ...(writes === true ? { wrote: true as const } : { sent: true as const }),
    ...(call && { calls: { ...state.calls, [call.operation]: { seen: call.seen, at } } }),
  }),
  'step-cancel-asked': (state, { by }) => ({ ...state, canceling: by.user }),
  'step-canceled': (state, { attempt, by, says, sent, running, result }, at) => ({
    status: 'canceled',
    attempt,
    by: by.user,
    says,
    sent,
    ...(running !== undefined && { running }),
    ...(result !== undefined && { result }),
    at,
    ...requestOf(state),
  }),
  'step-kept': ({ attempt, result, hash, proposal, approvals }, { by }, at) => ({
    status: 'done',
    attempt,
    result,
    at,
    by: by.user,
    ...(hash !== undefined && { hash }),
    ...(proposal !== undefined && { proposal }),
    ...(approvals !== undefined && { approvals }),
  }),
  'step-stop-asked': (_, { attempt }) => ({ status: 'waiting', attempt }),
  'step-done': (state, { result, attempt }, at) => ({
    status: 'done',
    attempt,
    result,
    at,
    ...requestOf(state),
  }),
  'step-failed': (state, { attempt, code, says, next, backup }, at) => ({
    status: 'failed',
    attempt,
    code,
    says,
    next,
    at,
    ...(backup && { backup }),
    ...requestOf(state),
  }),
  'step-retried': (_, { attempt }) => ({ status: 'waiting', attempt }),
  'step-adjusted': (_, { attempt }) => ({ status: 'waiting', attempt }),
  'step-answered': (_, { attempt, answers, by }, at) => ({
    status: 'done',
    attempt,
    result: answers,
    at,
    by: by.user,
  }),
};

/** The request without what people were told about its approvals. */
function requested(state: From<'step-begun'>): Omit<From<'step-sent'>, 'status' | 'since'> {
  const { renewed: _renewed, lapsed: _lapsed, lapsedOf: _of, reminded: _reminded, ...rest } = state;
  return rest;
}

/** Keeps the request, so that it stays readable after the attempt ends. */
function requestOf(state: StepState): Kept {
  if (state.status !== 'proposed' && state.status !== 'changing') return {};
  const { hash, proposal, approvals } = state;
  return { hash, proposal, approvals };
}

export function reduceStep(state: StepState, event: StepChange, at: number): StepState {
  const legal: readonly string[] = moves[event.type];
  if (!legal.includes(state.status))
    throw new OpsError(
      'illegal-move',
      `${event.step} is ${state.status}, so ${event.type} cannot be recorded`,
    );
  if ('attempt' in event && event.attempt !== expectedAttempt(state, event.type))
    throw new OpsError('illegal-move', `attempt ${event.attempt} of ${event.step} is over`);
  // The check against the table of moves above guarantees that the state fits the event.
  const reduce = after[event.type] as (state: StepState, event: StepChange, at: number) => StepState;
  return reduce(state, event, at);
}

const newAttempts: ReadonlySet<Move> = new Set([
  'step-retried',
  'step-adjusted',
  'step-renewed',
  'step-stop-asked',
]);

/** A step that runs again, under an attempt number that none of its jobs had. */
export function runningAgain(state: StepState, { attempt, why }: EventOf<'step-renewed'>): StepState {
  const before = 'attempt' in state ? state.attempt : (state.last ?? 0);
  return { status: 'waiting', attempt: Math.max(before + 1, attempt), renewed: why };
}

function renewedIn({ renewed }: From<'step-proposed'>): { readonly renewed?: string } {
  return renewed === undefined ? {} : { renewed };
}

function expectedAttempt(state: StepState, move: Move): number | undefined {
  if (!('attempt' in state)) return undefined;
  return newAttempts.has(move) ? state.attempt + 1 : state.attempt;
}
