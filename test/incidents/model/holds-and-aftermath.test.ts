import { describe, expect, it } from 'vitest';
import { playbookLost, tierRemoved } from '../../../src/incidents/model/config/config-notes.ts';
import type { IncidentEvent } from '../../../src/incidents/model/events.ts';
import { presentHalt } from '../../../src/incidents/model/hold-states.ts';
import { after, continued, lead, opened, timeOf } from './a-history.ts';

describe('the holds on an incident', () => {
  const held: IncidentEvent = { type: 'held', hold: 'h', name: 'window', until: 9 };
  const silence = { number: 1, scope: 'job', until: 9, why: 'known' } as const;
  const snoozed: IncidentEvent = { type: 'snoozed', ...silence, by: lead };
  const halted = (since: number): IncidentEvent => ({
    type: 'changes-halted',
    since,
    why: 'storm',
    source: 'file',
  });

  it('hold its thread back until they are released, whatever is silenced', () => {
    expect(after(held, snoozed)).toMatchObject({
      held: { id: 'h', name: 'window', until: 9 },
      silence: { ...silence, by: 'U0LEAD', ended: false },
    });
    expect(after(snoozed, held).silence).toBeDefined();
    expect(after(snoozed, held, { type: 'released', why: 'over' })).toMatchObject({
      held: undefined,
      silence,
    });
    expect(after(held, snoozed, { type: 'snooze-ended', number: 1, by: lead })).toMatchObject({
      held: { id: 'h' },
      silence: { ended: true },
    });
    expect(after({ type: 'snooze-ended', number: 1, by: lead }).silence).toBeUndefined();
  });

  it('are no work on it', () => {
    expect(after(held, snoozed, { type: 'released', why: 'over', by: lead }).touched).toBe(false);
  });

  it('tell every halt of all changes, and which one has not ended', () => {
    const resumed: IncidentEvent = { type: 'changes-resumed', since: 3, by: lead };
    const both = after(halted(3), { ...halted(4), by: lead } as IncidentEvent, resumed);

    expect(both.halts).toEqual([
      { since: 3, why: 'storm', source: 'file', by: undefined, ended: { at: timeOf(4), by: 'U0LEAD' } },
      { since: 4, why: 'storm', source: 'file', by: 'U0LEAD' },
    ]);
    expect(presentHalt(both)).toMatchObject({ since: 4 });
    expect(presentHalt(after(halted(3), { type: 'changes-resumed', since: 3 }))).toBeUndefined();
    expect(after(halted(3), { type: 'changes-resumed', since: 3 }).halts).toMatchObject([
      { ended: { at: timeOf(3), by: undefined } },
    ]);
    expect(presentHalt(opened())).toBeUndefined();
    expect(after(halted(3)).touched).toBe(false);
  });
});

describe('what a change of the configuration told an incident', () => {
  const tier: IncidentEvent = { type: 'tier-removed', tier: 'gold', needs: 2 };
  const lost: IncidentEvent = { type: 'playbook-lost', playbook: 'resume', run: 1, how: 'removed' };

  it('is that its tier is gone, and which run has lost its playbook', () => {
    const incident = after(tier, lost);

    expect(incident.configNotes).toEqual([
      { at: timeOf(2), event: tier },
      { at: timeOf(3), event: lost },
    ]);
    expect(tierRemoved(incident, 'gold')?.event).toEqual(tier);
    expect(tierRemoved(incident, 'silver')).toBeUndefined();
    expect(playbookLost(incident, 1)?.event).toEqual(lost);
    expect(playbookLost(incident, 2)).toBeUndefined();
    expect(tierRemoved(opened(), 'gold')).toBeUndefined();
    expect(playbookLost(opened(), 1)).toBeUndefined();
    expect(incident.touched).toBe(false);
  });
});

describe('what people do after the end of an incident', () => {
  it('is kept: the postmortems that were written, and who completed each follow-up', () => {
    const result = { key: 'p' } as never;
    const written: IncidentEvent = { type: 'postmortem-written', result };
    const done = (number: number): IncidentEvent => ({ type: 'follow-up-done', number, by: lead });
    const incident = after({ type: 'closed', why: 'done' }, written, written, done(1), done(2));

    expect(incident.closingPostmortems).toEqual([
      { at: timeOf(3), result },
      { at: timeOf(4), result },
    ]);
    expect(incident.followUpsDone).toEqual({
      1: { by: 'U0LEAD', at: timeOf(5) },
      2: { by: 'U0LEAD', at: timeOf(6) },
    });
    expect(incident.touched).toBe(false);
    expect(continued(opened(), done(1)).closed).toBeUndefined();
  });
});
