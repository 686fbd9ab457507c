import { describe, expect, it } from 'vitest';
import type { IncidentEvent } from '../../../src/incidents/model/events.ts';
import { after, into, lead, ofStep, other, started } from './a-history.ts';

const startedByLead: IncidentEvent = { ...started, by: lead };

describe('the people who asked for a step', () => {
  it('are those who retried it, chose its values or wanted it stopped, each once', () => {
    const incident = after(
      ofStep.failed,
      ofStep.retried,
      { ...ofStep.failed, attempt: 2 },
      {
        ...ofStep.adjusted,
        attempt: 3,
        by: other,
      },
    );

    expect(incident).toMatchObject({
      askedBy: { resumed: ['U0LEAD', 'U0OTHER'] },
      requestedBy: { resumed: 'U0OTHER' },
      adjustedBy: { resumed: 'U0OTHER' },
    });
    expect(after(...into.canceled, ofStep.stopAsked)).toMatchObject({
      askedBy: { resumed: ['U0LEAD'] },
      requestedBy: { resumed: 'U0LEAD' },
    });
    expect(
      after(
        ofStep.failed,
        ofStep.retried,
        { ...ofStep.failed, attempt: 2 },
        { ...ofStep.retried, attempt: 3 },
      ),
    ).toMatchObject({ askedBy: { resumed: ['U0LEAD'] } });
  });

  it('are none if Relight renewed it by itself', () => {
    expect(after(ofStep.renewed)).toMatchObject({ askedBy: {} });
    expect(after(ofStep.skipped).askedBy).toEqual({});
    expect(after({ ...ofStep.renewed, by: other })).toMatchObject({
      askedBy: { resumed: ['U0OTHER'] },
      requestedBy: { resumed: 'U0OTHER' },
    });
    expect(after(ofStep.failed, ofStep.retried)).not.toHaveProperty('adjustedBy');
  });

  it('have chosen its values only if those are others than before', () => {
    const twice = (answers: Readonly<Record<string, string>>) =>
      after(
        ofStep.failed,
        ofStep.adjusted,
        { ...ofStep.failed, attempt: 2 },
        {
          ...ofStep.adjusted,
          attempt: 3,
          by: other,
          answers,
        },
      );

    expect(twice({ count: '2' })).toMatchObject({
      adjustedBy: { resumed: 'U0LEAD' },
      requestedBy: { resumed: 'U0OTHER' },
    });
    expect(twice({ count: '3' })).toMatchObject({ adjustedBy: { resumed: 'U0OTHER' } });
    expect(after(ofStep.failed, { ...ofStep.adjusted, answers: {} })).not.toHaveProperty('adjustedBy');
  });

  it('are kept for each step', () => {
    const found: IncidentEvent = { ...ofStep.failed, step: 'found' };
    const retried: IncidentEvent = { ...ofStep.retried, step: 'found', by: other };
    const adjusted: IncidentEvent = { ...ofStep.adjusted, step: 'document' };
    const failed: IncidentEvent = { ...ofStep.failed, step: 'document' };
    const incident = after(found, retried, failed, adjusted, ofStep.failed, ofStep.adjusted);

    expect(incident).toMatchObject({
      askedBy: { found: ['U0OTHER'], document: ['U0LEAD'], resumed: ['U0LEAD'] },
      requestedBy: { found: 'U0OTHER', document: 'U0LEAD', resumed: 'U0LEAD' },
      adjustedBy: { document: 'U0LEAD', resumed: 'U0LEAD' },
    });
  });
});

describe('the person who started the playbook', () => {
  const chosen: IncidentEvent = { ...started, playbook: 'other', chosen: true };
  const answered: IncidentEvent = { ...ofStep.answered, by: other };

  it('is the one who did, also for a playbook that takes over by itself', () => {
    expect(after().startedBy).toBeUndefined();
    expect(after(startedByLead).startedBy).toBe('U0LEAD');
    expect(after(startedByLead, { ...started, playbook: 'other' }).startedBy).toBe('U0LEAD');
    expect(after(startedByLead, { ...started, by: other }).startedBy).toBe('U0OTHER');
  });

  it('is the one who chose it in a form of the playbook before', () => {
    const found: IncidentEvent = { ...ofStep.answered, step: 'found', by: lead };
    const document: IncidentEvent = { ...ofStep.done, step: 'document' };

    expect(after(answered, chosen).startedBy).toBe('U0OTHER');
    expect(after(found, answered, document, chosen).startedBy).toBe('U0OTHER');
    expect(after(answered, { ...started, playbook: 'other' }).startedBy).toBeUndefined();
    expect(after(ofStep.skipped, chosen).startedBy).toBeUndefined();
    expect(after(startedByLead, chosen).startedBy).toBe('U0LEAD');
  });

  it('is the one who reopened the incident, and nobody if a failure did', () => {
    const recovered: IncidentEvent = { type: 'recovered', how: 'it trains' };
    const reopened: IncidentEvent = { type: 'reopened', job: 'job-2', why: 'again', at: 5 };

    expect(after(startedByLead, recovered, reopened).startedBy).toBeUndefined();
    expect(after(recovered, { ...reopened, by: other }).startedBy).toBe('U0OTHER');
  });
});
