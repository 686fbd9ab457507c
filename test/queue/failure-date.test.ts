import { describe, expect, it } from 'vitest';
import { rtoClock } from '../../src/incidents/model/clock.ts';
import type { Opened } from '../../src/incidents/model/events.ts';
import type { Incident } from '../../src/incidents/model/incident.ts';
import { apply, incidentFrom } from '../../src/incidents/model/reduce.ts';
import { loadCatalog, shippedCatalog } from '../../src/playbooks/catalog.ts';
import { consequences } from '../../src/queue/steps/consequences.ts';
import { anOpening } from '../support/a-journal.ts';

const catalog = await loadCatalog([shippedCatalog]);
const minute = 60_000;
const alarmedAt = 100 * minute;

/** The incident after a diagnosis, with everything that follows from it. */
function diagnosed(diagnosis: object, opening: Partial<Opened> = {}): Incident {
  const alarm = { ...anOpening().alarm, at: alarmedAt };
  const opened = { seq: 0, at: alarmedAt, event: anOpening({ alarm, ...opening }), prev: '', hash: '' };
  const steps = catalog.get('spot-interruption')?.steps.map(({ key }) => key) ?? [];
  const result = {
    kind: 'internal',
    confidence: 'high',
    strategy: 'resume_from_checkpoint',
    why: '',
    evidence: [],
    secondaryStatus: 'Failed',
    interruptions: 0,
    inputs: {},
    ...diagnosis,
  };
  const incident = [
    { type: 'playbook-started', playbook: 'spot-interruption', steps } as const,
    { type: 'step-done', step: 'diagnosis', attempt: 1, result } as const,
  ].reduce((before, event) => apply(before, { event, at: alarmedAt }), incidentFrom([opened]));
  return consequences(catalog, incident, alarmedAt, () => ({
    attempts: 3,
    call: { users: [], groups: [] },
  })).reduce((before, event) => apply(before, { event, at: alarmedAt }), incident);
}

describe('the clock of an incident that a late alarm opened', () => {
  it('starts when the job ended, as soon as the diagnosis has read it', () => {
    const incident = diagnosed({ jobStatus: 'Failed', endedAt: alarmedAt - 12 * minute });
    expect(rtoClock(incident, alarmedAt)).toMatchObject({
      startedAt: alarmedAt - 12 * minute,
      minutesLeft: 48,
    });
  });

  it('does not start later than the alarm: the job may have hung before it ended', () => {
    const incident = diagnosed({ jobStatus: 'Failed', endedAt: alarmedAt + 5 * minute });
    expect(incident.failedAt).toBe(alarmedAt);
  });

  it('starts with the alarm if the job has not ended', () => {
    expect(diagnosed({ jobStatus: 'InProgress' }).failedAt).toBe(alarmedAt);
  });

  it('belongs to the endpoint, not to the training job, if the model got worse', () => {
    const ended = { jobStatus: 'Failed', endedAt: alarmedAt - 12 * minute };
    expect(diagnosed(ended, { kind: 'model_degraded' }).failedAt).toBe(alarmedAt);
  });
});
