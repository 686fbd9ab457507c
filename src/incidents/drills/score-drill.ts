import type { Catalog } from '../../playbooks/loaded-playbooks.ts';
import { factsIn } from '../figures/incident-facts.ts';
import type { IncidentStore } from '../journal/store.ts';
import type { DrillMark, DrillScore } from '../model/drills/drill-mark.ts';
import type { CloseOutcome, Entry, EventOf, IncidentEvent } from '../model/events.ts';
import type { Incident } from '../model/incident.ts';
import { incidentFrom } from '../model/reduce.ts';
import { createWordsSoFar } from '../record/words-so-far.ts';

const minute = 60_000;

export interface DrillScoring {
  readonly store: Pick<IncidentStore, 'journal' | 'record'>;
  readonly catalog: Pick<Catalog, 'get'>;
}

/** Records the score of a drill that has been closed, once for each time that it is closed. */
export async function scoreDrill({ store, catalog }: DrillScoring, incident: Incident): Promise<void> {
  if (!isUnscored(incident)) return;
  const score = scoreOf(await store.journal(incident.id), catalog);
  await store.record(incident.id, (present) =>
    isUnscored(present) ? [{ type: 'drill-scored', score }] : [],
  );
}

function isUnscored({ drill, closed, drillScore }: Incident): boolean {
  if (drill === undefined || closed === undefined || stopped.has(closed.outcome)) return false;
  return (drillScore?.at ?? 0) < closed.at;
}

/** A drill that was stopped tells nothing about how well people know the playbook. */
const stopped: ReadonlySet<CloseOutcome | undefined> = new Set(['not-a-problem', 'mistake']);

/** The score, from the journal of a closed drill. */
function scoreOf(journal: readonly Entry[], catalog: Pick<Catalog, 'get'>): DrillScore {
  const { openedAt, rtoMinutes, rpoMinutes, drill, closed } = incidentFrom(journal);
  const { decide, recover, hours } = factsIn(journal, catalog, closed?.at ?? openedAt);
  const acted = journal.find(({ event }) => isWork(event))?.at;
  const lost = hours.lost === undefined ? undefined : hours.lost * 60;
  const cost = [
    ...goalsMissed({ recover, rtoMinutes, lost, rpoMinutes }, drill),
    ...wrongMoves(journal, catalog, drill),
  ];
  return {
    points: cost.reduce((left, { points }) => Math.max(0, left - points), 100),
    take: acted === undefined ? undefined : (acted - openedAt) / minute,
    decide,
    recover,
    rtoMinutes,
    lost,
    rpoMinutes,
    cost: cost.map(({ says }) => says),
  };
}

type Goals = Pick<DrillScore, 'recover' | 'rtoMinutes' | 'lost' | 'rpoMinutes'>;

function goalsMissed(
  { recover, rtoMinutes, lost, rpoMinutes }: Goals,
  drill: DrillMark | undefined,
): readonly Cost[] {
  return [
    ...(recover === undefined ? [notRecovered] : []),
    ...missed(recover, rtoMinutes, { says: 'the RTO was missed', points: 40 }),
    ...missed(drill?.losesAll === true ? undefined : lost, rpoMinutes, lostTooMuch),
  ];
}

const notRecovered = { says: 'training was not recovered', points: 100 };
const lostTooMuch = { says: 'more training was lost than the RPO allows', points: 20 };

interface Cost {
  readonly says: string;
  readonly points: number;
}

function missed(took: number | undefined, limit: number, cost: Cost): readonly Cost[] {
  return took !== undefined && took > limit ? [cost] : [];
}

const looks: ReadonlySet<IncidentEvent['type']> = new Set(['refused', 'request-viewed', 'trail-viewed']);

/** Whether a person did something about the incident; looking is not enough. */
function isWork(event: IncidentEvent): boolean {
  return 'by' in event && event.by !== undefined && !looks.has(event.type);
}

const wrongMovePoints = 10;

/** Decisions that did not help. Failures that the drill itself injected are nobody's mistake. */
function wrongMoves(
  journal: readonly Entry[],
  catalog: Pick<Catalog, 'get'>,
  drill: DrillMark | undefined,
): readonly Cost[] {
  const { words, saw } = createWordsSoFar(catalog);
  const isInjected = ({ code }: EventOf<'step-failed'>): boolean =>
    code === 'job-failed-again' && drill?.faults.includes('no-capacity') === true;
  const saysOf = (event: IncidentEvent): string | undefined => {
    if (event.type === 'step-declined') return `“${words.titleOf(event.step)}” was declined`;
    if (event.type === 'step-canceled') return `“${words.titleOf(event.step)}” was canceled`;
    if (event.type === 'step-failed')
      return isInjected(event) ? undefined : `“${words.titleOf(event.step)}” failed`;
    if (event.type !== 'playbook-started' || (event.by === undefined && event.chosen !== true))
      return undefined;
    return `a person switched to the playbook “${words.playbookTitle(event.playbook)}”`;
  };
  return journal.flatMap(({ event }) => {
    saw(event);
    const says = saysOf(event);
    return says === undefined ? [] : [{ says, points: wrongMovePoints }];
  });
}
