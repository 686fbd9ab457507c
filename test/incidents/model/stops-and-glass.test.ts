import { describe, expect, it } from 'vitest';
import type { IncidentEvent } from '../../../src/incidents/model/events.ts';
import type { Incident } from '../../../src/incidents/model/incident.ts';
import { after, continued, into, lead, nobody, ofStep, other, timeOf } from './a-history.ts';

const result = { name: 'job-2' };
const canceled: IncidentEvent = { ...ofStep.canceled, sent: true, running: 'job-2', result };
const execution = 'arn:aws:states:us-east-1:123456789012:execution:relaunch:rl-1-r1';

/** The change was canceled at `timeOf(5)`, and the stop of what it launched was asked for at `timeOf(6)`. */
function stopping(job = 'job-2', event: IncidentEvent = canceled): Incident {
  return after(...into.changing, event, { ...ofStep.stopAsked, job });
}

describe('a canceled change whose job is to be stopped', () => {
  it('waits for the request to stop it, which knows the job, who asked and what was launched', () => {
    const incident = stopping();

    expect(incident.stopping).toEqual({ resumed: { job: 'job-2', by: 'U0LEAD', result } });
    expect(incident.states['resumed']).toEqual({ status: 'waiting', attempt: 2 });
    expect(stopping('job-2', ofStep.canceled).stopping).toEqual({ resumed: { job: 'job-2', by: 'U0LEAD' } });
  });

  it('is canceled for good once the job has ended', () => {
    const incident = continued(stopping(), { ...ofStep.done, attempt: 2 });

    expect(incident.stopping).toEqual({});
    expect(incident.stopped).toEqual(['job-2']);
    expect(incident.states['resumed']).toEqual({
      status: 'canceled',
      attempt: 2,
      by: 'U0LEAD',
      says: 'job-2 has ended and is not billed any longer.',
      sent: true,
      at: timeOf(7),
    });
  });

  it.each([
    ['declined', { ...ofStep.declined, attempt: 2, by: other }],
    ['canceled', { ...ofStep.canceled, attempt: 2, by: other }],
  ] as const)('stays canceled with a running job if the stop is %s', (_, event) => {
    const incident = continued(stopping(), { ...ofStep.proposed, attempt: 2 }, event);

    expect(incident.stopping).toEqual({});
    expect(incident.stopped).toEqual([]);
    expect(incident.states['resumed']).toEqual({
      status: 'canceled',
      attempt: 2,
      by: 'U0LEAD',
      says: 'The request to stop job-2 was not carried out. It may still be running, and is billed until it ends.',
      sent: true,
      running: 'job-2',
      result,
      at: timeOf(8),
    });
  });

  it('has no result if it had none before', () => {
    const incident = continued(
      stopping('job-2', ofStep.canceled),
      { ...ofStep.proposed, attempt: 2 },
      { ...ofStep.declined, attempt: 2 },
    );

    expect(incident.states['resumed']).not.toHaveProperty('result');
  });

  it('says nothing of a bill for an execution of a state machine', () => {
    const saidAfter = (...events: readonly IncidentEvent[]): unknown =>
      continued(stopping(execution), ...events).states['resumed'];

    expect(saidAfter({ ...ofStep.done, attempt: 2 })).toMatchObject({ says: `${execution} has ended.` });
    expect(saidAfter({ ...ofStep.proposed, attempt: 2 }, { ...ofStep.declined, attempt: 2 })).toMatchObject({
      says: `The request to stop ${execution} was not carried out. It may still be running.`,
    });
  });

  it('leaves the steps alone for which no stop was asked', () => {
    const incident = continued(stopping(), { ...ofStep.done, step: 'document' });

    expect(incident.stopping).toHaveProperty('resumed');
    expect(incident.stopped).toEqual([]);
    expect(incident.states['document']).toMatchObject({ status: 'done' });
  });
});

describe('a broken glass', () => {
  const broken: IncidentEvent = {
    type: 'glass-broken',
    why: 'nobody',
    until: 9_000_000,
    call: nobody,
    by: lead,
  };
  const glass = { by: 'U0LEAD', at: timeOf(2), until: 9_000_000, why: 'nobody' };

  it('is used up by the first change that begins with it', () => {
    const approved = { ...ofStep.approved, glassAt: timeOf(2) };

    expect(after(broken).glass).toEqual(glass);
    expect(after(broken, ofStep.proposed, approved).glass).toEqual(glass);
    expect(after(broken, ofStep.proposed, approved, ofStep.begun).glass).toEqual({
      ...glass,
      usedFor: 'resumed',
    });
  });

  it('is not used up by a change that had enough approvals without it', () => {
    expect(after(broken, ...into.changing).glass).toEqual(glass);
  });

  it('is not there before a person breaks it', () => {
    expect(after(...into.changing).glass).toBeUndefined();
    expect(after(ofStep.proposed, { ...ofStep.approved, glassAt: 1 }, ofStep.begun).glass).toBeUndefined();
  });
});
