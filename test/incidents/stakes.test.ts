import { describe, expect, it } from 'vitest';
import type { IncidentEvent } from '../../src/incidents/model/events.ts';
import { stakesIn } from '../../src/incidents/stakes.ts';
import { after, continued, lead, ofStep, opened, other, started } from './model/a-history.ts';

const found: IncidentEvent = { ...ofStep.done, step: 'found' };
const byOther: IncidentEvent = { ...ofStep.approved, by: other };

describe('the people whose own request it is', () => {
  const stakes = (...events: readonly IncidentEvent[]) =>
    Object.fromEntries(stakesIn(after(...events), 'resumed'));
  const third = { user: 'U0THIRD', via: 'button' } as const;

  it('are nobody if an alarm opened the incident and Relight proposed the change', () => {
    expect(stakes(found, ofStep.proposed, byOther)).toEqual({});
  });

  it('are those who started the playbook, asked for the request or chose its values', () => {
    const incident = continued(
      opened(),
      { ...started, by: third },
      ofStep.failed,
      { ...ofStep.adjusted, by: other },
      {
        ...ofStep.failed,
        attempt: 2,
      },
      { ...ofStep.retried, attempt: 3, by: lead },
    );

    expect(Object.fromEntries(stakesIn(incident, 'resumed'))).toEqual({
      U0THIRD: 'started',
      U0LEAD: 'asked',
      U0OTHER: 'adjusted',
    });
    expect(Object.fromEntries(stakesIn(incident, 'found'))).toEqual({ U0THIRD: 'started' });
  });

  it('are those who chose in an earlier form of this run how it goes on', () => {
    const answered: IncidentEvent = { ...ofStep.answered, step: 'found', by: other };
    const kept: readonly IncidentEvent[] = [
      { ...ofStep.proposed, step: 'found' },
      { ...ofStep.canceled, step: 'found', result: {} },
      { ...ofStep.kept, step: 'found', by: other },
    ];

    expect(stakes(answered)).toEqual({ U0OTHER: 'adjusted' });
    expect(stakes({ ...answered, step: 'document' })).toEqual({});
    expect(stakes(found)).toEqual({});
    expect(stakes(...kept)).toEqual({});
    expect(stakes({ ...ofStep.skipped, step: 'found', by: other })).toEqual({});
  });
});
