import { genesis, seal } from '../../../src/audit/chain.ts';
import { createReauthorize, type Reauthorize } from '../../../src/bot/access/reauthorize.ts';
import type { ClickResponse } from '../../../src/bot/clicks/click.ts';
import { replyLimits } from '../../../src/bot/clicks/deadline.ts';
import { createDecide, type Decide, type DecideServices } from '../../../src/bot/clicks/decide.ts';
import { approve } from '../../../src/incidents/approve.ts';
import type { IncidentEvent } from '../../../src/incidents/model/events.ts';
import { type Incident, stateOf } from '../../../src/incidents/model/incident.ts';
import { apply } from '../../../src/incidents/model/reduce.ts';
import { findRequest } from '../../../src/incidents/request/find-request.ts';
import { viewRequest } from '../../../src/incidents/request/view-request.ts';
import { createLog } from '../../../src/log.ts';
import { incidentOf, journalOf } from './matrix-journals.ts';
import { hash, person, type Row, settings, step } from './matrix-rows.ts';
import { directoryOf, type SlackNow } from './matrix-slack.ts';

const log = createLog('silent');

export interface Outcome {
  /** Whether the click had its effect. */
  readonly click: boolean;
  /** Whether the change was then carried out. */
  readonly run: boolean;
  readonly refusals: number;
  readonly says: string;
}

/** The incident in memory, with a store that counts the refusals in its journal. */
function storeOf(row: Row, clock: { readonly now: () => number }) {
  let incident = incidentOf(row);
  let refusals = 0;
  return {
    present: () => incident,
    refusals: () => refusals,
    transact: async (_: string, decide: (incident: Incident) => { events: readonly IncidentEvent[] }) => {
      const decision = decide(incident);
      for (const event of decision.events) {
        if (event.type === 'refused') refusals += 1;
        incident = apply(incident, { event, at: clock.now() });
      }
      return { ...decision, incident };
    },
  };
}

/** What the real code does: the click, then what happens meanwhile, then the check right before the change. */
export async function outcomeOf(row: Row): Promise<Outcome> {
  const slack: SlackNow = { lookup: 'ok', meanwhile: 'nothing' };
  let now = 1_000;
  const clock = { now: () => now };
  const directory = directoryOf(row, slack, clock);
  if (row.lookup === 'fails after it worked') {
    await directory.membership(person);
    now += 10 * 60_000;
  }
  slack.lookup = row.lookup;
  const store = storeOf(row, clock);
  const once = async (): Promise<boolean> => true;
  const advance = async (): Promise<void> => undefined;
  // `decide` uses only `transact` of the store, and gets back the answer of the decision that it passed in.
  const services = {
    store,
    settings,
    directory,
    clock,
    limits: replyLimits,
    log,
    once,
    advance,
  } as unknown as DecideServices;
  const result = await click(createDecide(services), row, store.present());
  const says = result.kind === 'refused' ? result.says : '';
  const counts = result.kind === 'recorded' || result.kind === 'shown';
  const soFar = { click: counts, run: false, refusals: store.refusals(), says };
  if (!counts || row.policyClass === 'read') return soFar;
  slack.meanwhile = row.meanwhile;
  return {
    ...soFar,
    run: await mayRun(createReauthorize({ directory, settings, clock }), row, store.present()),
  };
}

async function click(decide: Decide, row: Row, incident: Incident): Promise<ClickResponse> {
  const state = stateOf(incident, step);
  const attempt = 'attempt' in state ? state.attempt : 1;
  const channel = row.channel === 'another' ? 'C0GENERAL' : settings.incident_channel;
  const requester = { actor: { user: person, via: 'button' }, channel } as const;
  const target = { step, attempt, hash };
  return decide({ incident: incident.id, step }, requester, (present, authorize, now) => {
    if (row.policyClass !== 'read') return approve(present, { target, by: requester.actor, authorize, now });
    const entries = journalOf(row).map((event, seq) => seal({ seq, at: 1, event, prev: genesis }));
    const found = findRequest(entries, { incident: present.id, ...target });
    return viewRequest(present, { step, attempt, found }, requester.actor, authorize, now);
  });
}

/** Whether the worker would send the change now. While Slack does not answer, it waits. */
async function mayRun(reauthorize: Reauthorize, row: Row, incident: Incident): Promise<boolean> {
  const state = stateOf(incident, step);
  if (state.status !== 'proposed' || row.policyClass === 'read')
    throw new Error(`the step is ${state.status}`);
  const { role, approvals, others = false } = state;
  const change = { step, role, policyClass: row.policyClass, approvals, others };
  return (await reauthorize(incident, change)) === undefined;
}
