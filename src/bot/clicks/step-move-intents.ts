import { hold } from '../../incidents/autopilot/hold-request.ts';
import type { ClickResult } from '../../incidents/click-result.ts';
import type { Click as DecisionClick } from '../../incidents/decisions.ts';
import type { Decision } from '../../incidents/journal/store.ts';
import type { Incident } from '../../incidents/model/incident.ts';
import { earlierSteps, goBack, skip } from '../../incidents/reroute.ts';
import { askToStop, cancel, decline, keep } from '../../incidents/turn-down.ts';
import type { StepRef } from '../ids.ts';
import type { BotServices } from '../services.ts';
import type { ClickResponse, Intent, Requester } from './click.ts';
import type { Decide } from './decide.ts';

/** The moves for which a person types or chooses something first. */
export const askedMoves = ['decline', 'skip', 'goBack'] as const;
export type AskedMove = (typeof askedMoves)[number];

/** The ways to say no to a step, or to leave the order of the playbook. */
export interface MoveIntents {
  /** `typed`: the reason, or for `goBack` the key of the earlier step. */
  readonly move: Intent<[move: AskedMove, typed: string]>;
  /** Why the person may not make the move now; undefined if they may. */
  readonly mayMove: (
    ref: StepRef,
    requester: Requester,
    move: AskedMove,
  ) => Promise<ClickResponse | undefined>;
  readonly cancel: Intent;
  readonly keep: Intent;
  /** Stops the countdown of Autopilot. */
  readonly hold: Intent;
  readonly askToStop: Intent;
}

type Move = (incident: Incident, click: DecisionClick, typed: string) => Decision<ClickResult>;

export function moveIntents(decide: Decide, catalog: BotServices['catalog']): MoveIntents {
  const playbookOf = ({ playbook }: Incident) => catalog.get(playbook ?? '');
  const moves: Readonly<Record<AskedMove, Move>> = {
    decline,
    skip: (incident, click, reason) => skip(incident, { ...click, playbook: playbookOf(incident) }, reason),
    goBack: (incident, click, to) =>
      goBack(incident, { ...click, playbook: playbookOf(incident), to: to || firstBefore(incident) }),
  };
  const firstBefore = (incident: Incident): string =>
    earlierSteps(incident, playbookOf(incident))[0]?.key ?? '';
  const doing = (
    ref: StepRef,
    requester: Requester,
    move: (...of: [Incident, DecisionClick]) => Decision<ClickResult>,
  ) =>
    decide(ref, requester, (incident, authorize, now) =>
      move(incident, { target: ref, by: requester.actor, authorize, now }),
    );
  return {
    move: (ref, requester, move, typed) =>
      doing(ref, requester, (incident, click) => moves[move](incident, click, typed)),
    mayMove: async (ref, requester, move) => {
      const result = await doing(ref, requester, (incident, click) => ({
        ...moves[move](incident, click, ''),
        events: [],
      }));
      return result.kind === 'recorded' ? undefined : result;
    },
    cancel: (ref, requester) => doing(ref, requester, cancel),
    keep: (ref, requester) => doing(ref, requester, keep),
    hold: (ref, requester) => doing(ref, requester, hold),
    askToStop: (ref, requester) => doing(ref, requester, askToStop),
  };
}
