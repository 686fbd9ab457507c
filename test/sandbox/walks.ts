import type { Move } from '../support/a-walk.ts';
import { lead } from '../support/responder.ts';

const gold = 'srl-rlvr-gold-20251104';
const silver = 'srl-rlvr-silver-20251103';
const backedUp = 'srl-rlvr-silver-20251107';

/** The moves through a demo scenario, from its first failure to the end of its incident. */
export interface Walk {
  /** Matches the card when the incident opens. */
  readonly opens: RegExp;
  readonly moves: readonly Move[];
  /** Matches the card at the end. */
  readonly ends: RegExp;
  /** The source jobs of all launches, in order. */
  readonly launches: readonly string[];
  /** All other SageMaker calls that change something, in order. */
  readonly changes?: readonly string[];
  /** Overrides the demo's default speed. */
  readonly speed?: number;
}

const document: Move = { fillIn: 'Document' };
const recovered = /Recovered in \d+ min/;

/** Keyed by scenario name. */
export const walks: Readonly<Record<string, Walk>> = {
  'spot-interruption': {
    opens: new RegExp(gold),
    moves: [{ click: 'Resume training' }, document],
    ends: recovered,
    launches: [gold],
  },
  'out-of-memory': {
    opens: new RegExp(gold),
    moves: [{ click: 'Retry with this batch' }, document],
    ends: recovered,
    launches: [gold],
  },
  'disk-full': {
    opens: new RegExp(gold),
    moves: [{ click: 'Retry on this instance' }, document],
    ends: recovered,
    launches: [gold],
  },
  'dependency-pin': {
    opens: new RegExp(gold),
    moves: [{ click: 'Retry with this pin' }, document],
    ends: recovered,
    launches: [gold],
  },
  'training-hang': {
    opens: new RegExp(gold),
    moves: [{ click: 'Resume once' }, document],
    ends: recovered,
    launches: [gold],
  },
  'restore-instance-count': {
    opens: new RegExp(gold),
    moves: [{ click: 'Resume on these instances' }, document],
    ends: recovered,
    launches: [gold],
  },
  'invalid-data': {
    opens: new RegExp(gold),
    moves: [{ click: 'Fix the data' }, { click: 'Retry with the fixed data' }, document],
    ends: recovered,
    launches: [gold],
  },
  'bad-checkpoint': {
    opens: new RegExp(gold),
    moves: [
      { click: 'Resume training' },
      { click: 'Resume training' },
      { fillIn: 'Decide', answers: { block: 'block it' } },
      { click: 'Block it' },
      document,
    ],
    ends: recovered,
    launches: [gold, gold],
  },
  'model-degradation': {
    opens: /srl-rlvr-gold-prod/,
    moves: [{ click: 'Promote this version' }, { click: 'Mark it rejected' }, { fillIn: 'Decide' }, document],
    ends: /Restored in \d+ min/,
    launches: [],
    changes: ['UpdateEndpoint', 'UpdateModelPackage'],
  },
  'system-failure': {
    opens: /^🔴 5 jobs /,
    moves: [...Array.from({ length: 5 }, (): Move => ({ click: 'Recover this job' })), document],
    ends: recovered,
    launches: [
      'srl-rlvr-gold-20251105',
      gold,
      'srl-rlvr-silver-20251105',
      silver,
      'srl-rlvr-bronze-20251101',
    ],
  },
  'restart-from-scratch': {
    opens: new RegExp(silver),
    moves: [
      { type: `start restart-from-scratch ${silver}`, after: 'Find checkpoints' },
      { click: 'Restart from scratch' },
      document,
    ],
    ends: recovered,
    launches: [silver],
  },
  'restore-from-backup': {
    opens: new RegExp(backedUp),
    moves: [{ click: 'Restore from a backup' }, { click: 'Restore and resume' }, document],
    ends: recovered,
    launches: [backedUp],
  },
  'checkpoints-stopped': {
    opens: new RegExp(silver),
    moves: [{ fillIn: 'Decide', answers: { choice: 'accept the risk' } }, document],
    ends: new RegExp(`${silver}: closed`),
    launches: [],
  },
  investigate: {
    opens: new RegExp(gold),
    moves: [{ click: 'Resume once from the checkpoint', by: lead }, { click: 'Resume training' }, document],
    ends: recovered,
    launches: [gold],
  },
};
