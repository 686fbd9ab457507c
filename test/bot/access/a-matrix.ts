import { genesis, seal } from '../../../src/audit/chain.ts';
import { createDirectory, type Directory, type DirectoryDeps } from '../../../src/bot/access/directory.ts';
import { createReauthorize } from '../../../src/bot/access/reauthorize.ts';
import { createDecide, type DecideServices } from '../../../src/bot/clicks/decide.ts';
import { approvalPolicy } from '../../../src/config/approval-policy.ts';
import { Settings } from '../../../src/config/settings.ts';
import { OpsError } from '../../../src/errors.ts';
import { approve } from '../../../src/incidents/approve.ts';
import type { IncidentEvent } from '../../../src/incidents/model/events.ts';
import { type Incident, stateOf } from '../../../src/incidents/model/incident.ts';
import { apply, incidentFrom } from '../../../src/incidents/model/reduce.ts';
import { findRequest } from '../../../src/incidents/request/find-request.ts';
import { viewRequest } from '../../../src/incidents/request/view-request.ts';
import { createLog } from '../../../src/log.ts';
import { anOpening } from '../../support/a-journal.ts';
import { exampleSettings } from '../../support/core.ts';

/** Every dimension of who may do what. Slack is replaced at its client; everything above it is the real code. */
export const dimensions = {
  role: ['none', 'responder', 'lead', 'production-approver'],
  policyClass: ['read', 'reversible', 'spend', 'production'],
  tier: ['gold', 'silver', 'bronze'],
  kind: [
    'member',
    'of the same organization',
    'guest',
    'single-channel guest',
    'stranger',
    'bot',
    'deactivated',
    'foreign team',
  ],
  channel: ['incident', 'another', 'externally shared'],
  lookup: ['ok', 'user fails', 'group fails', 'fails after it worked'],
  relation: ['none', 'requester', 'starter', 'adjuster', 'approver'],
  /** What happens between the click and the change. */
  meanwhile: ['nothing', 'role removed', 'deactivated', 'channel shared'],
} as const;

export type Row = { readonly [K in keyof typeof dimensions]: (typeof dimensions)[K][number] };

export const person = 'U0PERSON';
const second = 'U0SECOND';
const helper = 'U0HELPER';
const hash = 'abcdef0123456789';
const step = 'resumed';
const home = { ok: true, team_id: 'T0HOME', enterprise_id: 'E0HOME' };

const tier = (role: string, approvals: number): unknown => ({
  jobs: ['*'],
  rto_minutes: 60,
  rpo_minutes: 30,
  change: { role, approvals },
});
const settings = Settings.parse({
  ...exampleSettings(),
  tiers: { gold: tier('lead', 1), silver: tier('responder', 1), bronze: tier('responder', 2) },
  roles: {
    responders: { groups: ['S0RESPONDER'] },
    leads: { groups: ['S0LEAD'] },
    production_approvers: { users: [second, helper], groups: ['S0PRODUCTION'] },
  },
});
const groups: Readonly<Record<string, Row['role']>> = {
  S0RESPONDER: 'responder',
  S0LEAD: 'lead',
  S0PRODUCTION: 'production-approver',
};

const users: Readonly<Record<Row['kind'], object>> = {
  member: { team_id: 'T0HOME' },
  'of the same organization': { team_id: 'T0SISTER', enterprise_user: { enterprise_id: 'E0HOME' } },
  guest: { team_id: 'T0HOME', is_restricted: true },
  'single-channel guest': { team_id: 'T0HOME', is_restricted: true, is_ultra_restricted: true },
  stranger: { team_id: 'T0HOME', is_stranger: true },
  bot: { team_id: 'T0HOME', is_bot: true },
  deactivated: { team_id: 'T0HOME', deleted: true },
  'foreign team': { team_id: 'T0OTHER', enterprise_user: { enterprise_id: 'E0OTHER' } },
};

/** What Slack answers now, for one row. */
interface SlackNow {
  lookup: Row['lookup'] | 'ok';
  meanwhile: Row['meanwhile'];
}

function directoryOf(row: Row, slack: SlackNow, clock: { now: () => number }): Directory {
  const failing = (what: Row['lookup']): void => {
    if (slack.lookup === what || slack.lookup === 'fails after it worked') throw new Error('unavailable');
  };
  const client = {
    auth: { test: async () => home },
    users: {
      info: async ({ user }: { user: string }) => {
        failing('user fails');
        if (user !== person) return { ok: true, user: users.member };
        return { ok: true, user: slack.meanwhile === 'deactivated' ? users.deactivated : users[row.kind] };
      },
    },
    usergroups: {
      users: {
        list: async ({ usergroup }: { usergroup: string }) => {
          failing('group fails');
          const isIn = groups[usergroup] === row.role && slack.meanwhile !== 'role removed';
          return { ok: true, users: isIn ? [person] : [] };
        },
      },
    },
    conversations: {
      info: async () => {
        failing('user fails');
        const shared = row.channel === 'externally shared' || slack.meanwhile === 'channel shared';
        return { ok: true, channel: { is_ext_shared: shared } };
      },
    },
  };
  // The directory calls only these five methods, and reads only these fields.
  const asClient = client as unknown as DirectoryDeps['client'];
  return createDirectory({
    client: asClient,
    channel: settings.incident_channel,
    roles: settings.roles,
    clock,
  });
}

/** The journal of an incident that waits for an approval, in which the person has this relation to the request. */
function journalOf({ relation, tier: name, policyClass }: Row): readonly IncidentEvent[] {
  const declared = policyClass === 'read' ? 'spend' : policyClass;
  const { role, needs, others } = approvalPolicy(settings, name, {
    policyClass: declared,
    role: 'responder',
  });
  const by = (user: string) => ({ user, via: 'button' }) as const;
  const proposal = { headline: 'x', request: { TrainingJobName: 'copy' }, differences: [], warnings: [] };
  const proposed = (attempt: number): IncidentEvent => ({
    type: 'step-proposed',
    ...{ step, attempt, proposal, hash, role, needs, policyClass: declared },
    ...(others && { others }),
  });
  const failed = { type: 'step-failed', step, attempt: 1, code: 'unexpected', says: '', next: '' } as const;
  const again = (user: string, attempt: number): IncidentEvent[] => [
    { ...failed, attempt: attempt - 1 },
    { type: 'step-retried', step, attempt, by: by(user) },
    proposed(attempt),
  ];
  const started: IncidentEvent = { type: 'playbook-started', playbook: 'p', steps: [step] };
  const approved = (user: string): IncidentEvent => ({
    type: 'step-approved',
    ...{ step, attempt: 1, hash, by: by(user) },
  });
  const asked: Readonly<Record<Row['relation'], readonly IncidentEvent[]>> = {
    none: [started, proposed(1)],
    starter: [{ ...started, by: by(person) }, proposed(1)],
    requester: [started, proposed(1), ...again(person, 2)],
    adjuster: [
      started,
      proposed(1),
      { type: 'step-adjusted', step, attempt: 2, by: by(person), answers: { batch: '8' } },
      proposed(2),
      ...again(helper, 3),
    ],
    approver: [started, proposed(1), approved(person)],
  };
  return [anOpening({ tier: name }), ...asked[relation]];
}

function withSecond(incident: Incident, relation: Row['relation']): Incident {
  const state = stateOf(incident, step);
  if (state.status !== 'proposed' || state.needs === 1 || relation === 'approver') return incident;
  const { attempt } = state;
  const event = { type: 'step-approved', step, attempt, hash, by: { user: second, via: 'button' } } as const;
  return apply(incident, { event, at: 1 });
}

const built = new Map<string, Incident>();

/** Building the few different incidents once keeps thousands of rows fast. */
function incidentOf(row: Row): Incident {
  const key = [row.relation, row.tier, row.policyClass].join();
  const known = built.get(key);
  if (known !== undefined) return known;
  const events = journalOf(row);
  const entries = events.map((event, seq) => seal({ seq, at: 1, event, prev: genesis }));
  const incident = withSecond(incidentFrom(entries), row.relation);
  built.set(key, incident);
  return incident;
}

const log = createLog('silent');

export interface Outcome {
  /** Whether the click had its effect. */
  readonly click: boolean;
  /** Whether the change was then carried out. */
  readonly run: boolean;
  readonly refusals: number;
  readonly says: string;
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
  let incident = incidentOf({ ...row });
  let refusals = 0;
  const store = {
    transact: async (_: string, decide: (incident: Incident) => { events: readonly IncidentEvent[] }) => {
      const decision = decide(incident);
      for (const event of decision.events) {
        if (event.type === 'refused') refusals += 1;
        incident = apply(incident, { event, at: now });
      }
      return { ...decision, incident };
    },
  };
  // `decide` uses only `transact`, and gets back the answer of the decision that it passed in.
  const services = {
    store,
    settings,
    directory,
    clock,
    log,
    once: async () => true,
    advance: async () => undefined,
  } as unknown as DecideServices;
  const state = stateOf(incident, step);
  const attempt = 'attempt' in state ? state.attempt : 1;
  const ref = { incident: incident.id, step };
  const channel = row.channel === 'another' ? 'C0GENERAL' : settings.incident_channel;
  const requester = { actor: { user: person, via: 'button' }, channel } as const;
  const target = { step, attempt, hash };
  const result = await createDecide(services)(ref, requester, (present, authorize, at) => {
    if (row.policyClass !== 'read')
      return approve(present, { target, by: requester.actor, authorize, now: at });
    const entries = journalOf(row).map((event, seq) => seal({ seq, at: 1, event, prev: genesis }));
    const found = findRequest(entries, { incident: present.id, ...target });
    return viewRequest(present, { step, attempt, found }, requester.actor, authorize, at);
  });
  const says = result.kind === 'refused' ? result.says : '';
  const click = result.kind === 'recorded' || result.kind === 'shown';
  if (!click || row.policyClass === 'read') return { click, run: false, refusals, says };
  slack.meanwhile = row.meanwhile;
  const after = stateOf(incident, step);
  if (after.status !== 'proposed') throw new Error(`the step is ${after.status}`);
  const { role, approvals, others = false } = after;
  const change = { step, role, policyClass: row.policyClass, approvals, others };
  const why = await createReauthorize({ directory, settings, clock })(incident, change).catch(
    (error: unknown) => {
      if (error instanceof OpsError && error.code === 'slack-unavailable') return error.message;
      throw error;
    },
  );
  return { click, run: why === undefined, refusals, says };
}
