import { describe, expect, it } from 'vitest';
import type { IncidentEvent } from '../../../src/incidents/model/events.ts';
import { autopilot } from '../../../src/playbooks/approved.ts';
import { after, continued, into, lead, ofStep, opened, other, started, timeOf } from './a-history.ts';

const byOther: IncidentEvent = { ...ofStep.approved, by: other };
const again: IncidentEvent = { ...ofStep.proposed, attempt: 2 };
const startedByLead: IncidentEvent = { ...started, by: lead };

describe('the announcement of a person’s decision', () => {
  it('calls the people whose work it undoes, and not the one who decided', () => {
    const incident = continued(
      opened(),
      startedByLead,
      ofStep.failed,
      { ...ofStep.retried, by: { user: 'U0ASKED', via: 'button' } },
      again,
      { ...byOther, attempt: 2 },
      { ...ofStep.declined, attempt: 2, by: other },
    );

    expect(incident.notes).toEqual([
      {
        number: 6,
        at: timeOf(6),
        step: 'resumed',
        what: 'declined',
        why: 'too dear',
        by: 'U0OTHER',
        to: ['U0LEAD', 'U0ASKED'],
      },
    ]);
  });

  it.each<readonly [string, readonly IncidentEvent[], IncidentEvent, string]>([
    ['cancel-asked', into.changing, ofStep.cancelAsked, ''],
    ['canceled', into.changing, ofStep.canceled, 'Nothing was sent.'],
    ['kept', into.canceled, ofStep.kept, ''],
    ['skipped', [], ofStep.skipped, 'not needed'],
    ['went-back', [], { ...ofStep.renewed, steps: ['found'], by: lead }, 'found'],
    ['went-back', [], { ...ofStep.renewed, by: lead }, 'resumed'],
    ['switched', [], startedByLead, 'resume'],
  ])('says "%s", and why', (what, before, event, why) => {
    expect(after(...before, event).notes.at(-1)).toMatchObject({ what, why, by: 'U0LEAD' });
  });

  it('is about the current step if another playbook was chosen', () => {
    const found: IncidentEvent = { ...ofStep.done, step: 'found' };

    expect(after(found, startedByLead).notes).toMatchObject([{ step: 'resumed', what: 'switched' }]);
    expect(continued(opened(), startedByLead).notes).toEqual([]);
  });

  it('is missing for what Relight does by itself, and for decisions without one', () => {
    const { by: _by, ...automatic } = ofStep.skipped;

    expect(after(automatic).notes).toEqual([]);
    expect(after(ofStep.renewed).notes).toEqual([]);
    expect(after(...into.changing, ofStep.done).notes).toEqual([]);
    expect(after({ type: 'taken', by: lead }).notes).toEqual([]);
    expect(after({ type: 'refused', step: 'resumed', by: lead, why: 'no role' }).notes).toEqual([]);
  });

  it('comes after the earlier ones', () => {
    expect(after(ofStep.skipped, { ...ofStep.skipped, step: 'found' }).notes).toMatchObject([
      { step: 'resumed', number: 2 },
      { step: 'found', number: 3 },
    ]);
  });

  it('also tells everyone concerned that the vault has not taken a result', () => {
    const unarchived: IncidentEvent = {
      type: 'result-not-archived',
      step: 'resumed',
      attempt: 1,
      why: 'away',
    };
    const approved: IncidentEvent = {
      type: 'autopilot-approved',
      step: 'resumed',
      attempt: 1,
      hash: ofStep.proposed.hash,
      mode: 'auto',
    };
    const [note] = after(ofStep.proposed, byOther, approved, unarchived).notes;

    expect(note).toEqual({
      number: 5,
      at: timeOf(5),
      step: 'resumed',
      what: 'not-archived',
      why: 'away',
      to: ['U0OTHER'],
    });
    expect(autopilot).not.toBe('U0OTHER');
    expect(after(...into.changing, ofStep.done, unarchived).notes).toMatchObject([{ to: ['U0LEAD'] }]);
    expect(after(ofStep.done, unarchived).notes).toMatchObject([{ to: [] }]);
  });
});
