import { describe, expect, it } from 'vitest';
import { card } from '../../src/bot/views/card/card.ts';
import { type AfterConfigChange, afterConfigChange } from '../../src/incidents/after-config-change.ts';
import { approve } from '../../src/incidents/approve.ts';
import { reportEnd } from '../../src/incidents/choose-playbook.ts';
import type { IncidentEvent } from '../../src/incidents/model/events.ts';
import type { Incident } from '../../src/incidents/model/incident.ts';
import { apply, incidentFrom } from '../../src/incidents/model/reduce.ts';
import type { PolicyNow, RulesNow } from '../../src/incidents/request/outdated-request.ts';
import type { Catalog } from '../../src/playbooks/catalog.ts';
import { definePlaybook } from '../../src/playbooks/define.ts';
import { playbook, testCatalog, testPlan } from '../bot/a-playbook.ts';
import { anOpening } from '../support/a-journal.ts';

const minute = 60_000;
const proposedAt = 10 * minute;
const by = { user: 'U0LEAD', via: 'button' } as const;
const hash = 'abcdef0123456789';
const lead: PolicyNow = { role: 'lead', needs: 1, others: false };
const none: Catalog = { list: [], get: () => undefined, handling: () => undefined };
const done = { type: 'step-done', step: 'found', attempt: 1, result: { checkpoint: 'c' } } as const;

const proposal = { headline: 'Launch', request: {}, differences: [], warnings: [] };
const request = { step: 'resumed', attempt: 1, proposal, hash, policyClass: 'spend' } as const;

function incidentOf(...events: readonly IncidentEvent[]): Incident {
  const started = { type: 'playbook-started', playbook: testPlan.id, steps: testPlan.steps } as const;
  const opened = incidentFrom([{ seq: 0, at: 0, event: anOpening(), prev: '', hash: '' }]);
  return [started, ...events].reduce((now, event) => apply(now, { event, at: proposedAt }), opened);
}

function proposed({ others, ...policy }: PolicyNow, ...more: readonly IncidentEvent[]): Incident {
  return incidentOf(
    done,
    { type: 'step-proposed', ...request, ...policy, ...(others && { others }) },
    ...more,
  );
}

/** What follows for a process that read relight.yaml at this time. */
function process(now: PolicyNow | undefined, readAt: number, catalog = testCatalog): AfterConfigChange {
  const removed = { role: 'production-approver', needs: 2, others: true } as const;
  const rules: RulesNow = { policyOf: () => now ?? removed, hasTier: () => now !== undefined, readAt };
  return afterConfigChange(catalog, rules);
}

const before = proposedAt - minute;
const after = proposedAt + minute;

describe('a request whose approval policy has changed in relight.yaml', () => {
  it.each([
    [{ ...lead, needs: 2 }, '2 approvals by leads'],
    [{ ...lead, role: 'production-approver' as const }, '1 approval by a production approver'],
    [{ ...lead, others: true }, '1 approval by a lead other than those who asked for it'],
  ])('is made again by any process that asks for more: %o', (policy, words) => {
    for (const readAt of [before, after])
      expect(process(policy, readAt)(proposed(lead), after)).toEqual({
        type: 'step-renewed',
        step: 'resumed',
        attempt: 2,
        why: `relight.yaml now asks for ${words}`,
        steps: [],
      });
  });

  it('is made again for less only by a process that has read relight.yaml since, so that two never take turns', () => {
    const strict = proposed({ role: 'lead', needs: 2, others: true });

    expect(process(lead, after)(strict, after)).toMatchObject({ type: 'step-renewed' });
    expect(process(lead, before)(strict, after)).toBeUndefined();
  });

  it('stays if nothing has changed, if an older version does not say what it asked for, or if a person broke the glass', () => {
    expect(process(lead, after)(proposed(lead), after)).toBeUndefined();
    const { policyClass: _, ...older } = request;
    const recorded = incidentOf(done, { type: 'step-proposed', ...older, role: 'lead', needs: 1 });
    expect(process({ ...lead, others: true }, after)(recorded, after)).toBeUndefined();
    const call = { users: [], groups: [] };
    const glass = { type: 'glass-broken', why: '', until: after, by, call } as const;
    const approved = { type: 'step-approved', step: 'resumed', attempt: 1, hash, by } as const;
    const broken = proposed(lead, glass, { ...approved, glassAt: proposedAt });
    expect(process({ ...lead, needs: 3 }, after)(broken, after)).toBeUndefined();
  });

  it('is not approved by a click that comes before any sweep: the click makes it again, and its approvals are gone', () => {
    const incident = proposed(
      { ...lead, needs: 2 },
      {
        type: 'step-approved',
        step: 'resumed',
        attempt: 1,
        hash,
        by,
      },
    );
    const outdated = process({ ...lead, needs: 3 }, before)(incident, after);
    if (outdated?.type !== 'step-renewed') throw new Error('the request was not outdated');
    const target = { step: 'resumed', attempt: 1, hash };
    const click = { target, by: { ...by, user: 'U0LEAD2' }, authorize: () => ({ allowed: true }) as const };

    const { events, answer } = approve(incident, { ...click, now: after, outdated });

    expect(answer).toEqual({
      kind: 'request-outdated',
      why: 'relight.yaml now asks for 3 approvals by leads',
    });
    const renewed = events.reduce((now, event) => apply(now, { event, at: after }), incident);
    expect(renewed.states['resumed']).toMatchObject({ status: 'waiting', attempt: 2 });
    expect(approve(renewed, { ...click, now: after }).answer).toEqual({ kind: 'old-copy' });
  });
});

describe('an incident whose tier was removed from relight.yaml', () => {
  it('is told once, and never needs fewer approvals than one of its requests did before', () => {
    const incident = proposed({ role: 'lead', needs: 4, others: false });
    const told = process(undefined, after)(incident, after);
    expect(told).toEqual({ type: 'tier-removed', tier: 'gold', needs: 4 });

    const next = apply(incident, { event: told ?? done, at: after });
    expect(process(undefined, after)(next, after)).toMatchObject({
      type: 'step-renewed',
      why: 'the tier gold is no longer in relight.yaml, so this now needs 4 approvals by production approvers other than those who asked for it',
    });
  });
});

describe('an incident whose playbook was removed', () => {
  const lost = { type: 'playbook-lost', playbook: testPlan.id, run: 1, how: 'removed' } as const;
  const click = { number: 1, by, authorize: () => ({ allowed: true }) as const };
  const begun = [
    { type: 'step-approved', step: 'resumed', attempt: 1, hash, by },
    { type: 'step-begun', step: 'resumed', attempt: 1, hash },
    lost,
  ] as const;

  it('is told once whether it is gone or has other steps', () => {
    expect(process(lead, after, none)(proposed(lead), after)).toEqual(lost);
    const other = definePlaybook({ ...playbook, steps: (first) => first.manual('asked', asks) });
    const changed = { ...testCatalog, get: () => other };
    expect(process(lead, after, changed)(proposed(lead), after)).toEqual({ ...lost, how: 'changed' });
    expect(process(lead, after, none)(proposed(lead, lost), after)).toBeUndefined();
  });

  it('during a change says that nobody follows it, and lets a person say how it ended, which closes the incident', () => {
    const incident = proposed(lead, ...begun);
    const shown = JSON.stringify(card(incident, undefined, after));
    expect(shown).toContain('nobody follows that now');
    expect(shown).toContain('Say how it ended');
    expect(shown).not.toContain('Choose a playbook');

    const { events } = reportEnd(incident, click, { end: 'trains-again', why: '' }, false);

    expect(events.map(({ type }) => type)).toEqual(['recovered', 'closed']);
    expect(reportEnd(incident, click, { end: 'trains-again', why: '' }, true).answer).toEqual({
      kind: 'change-under-way',
    });
  });

  it('after its end closes an hour later without the closing questions, unless the playbook is back', () => {
    const recovered = proposed(lead, lost, { type: 'recovered', how: 'it trains' });
    const hourLater = proposedAt + 60 * minute;

    expect(process(lead, after, none)(recovered, hourLater - 1)).toBeUndefined();
    expect(process(lead, after, none)(recovered, hourLater)).toEqual({
      type: 'closed',
      why: 'it trains (its playbook is gone, so the closing questions were not asked)',
    });
    expect(process(lead, after)(recovered, hourLater)).toBeUndefined();
  });
});

const asks = { title: 'Ask', asks: 'Say.', button: 'Say', approver: 'responder', fields: [] } as const;
