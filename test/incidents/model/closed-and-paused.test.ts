import { describe, expect, it } from 'vitest';
import type { IncidentEvent } from '../../../src/incidents/model/events.ts';
import { startsWork } from '../../../src/incidents/model/reduce.ts';
import { after, continued, lead, ofStep, refusal } from './a-history.ts';
import { closed, everyEvent, recovered, reopened } from './every-event.ts';

/** The events that the incident takes after these, by type. */
function takenAfter(...before: readonly IncidentEvent[]): readonly string[] {
  const incident = after(...before);
  return [
    ...new Set(everyEvent.filter((event) => refusal(incident, event) === undefined).map(({ type }) => type)),
  ];
}

describe('an incident that is closed or paused', () => {
  it('takes, once it was closed, only what a closed incident still records', () => {
    expect(takenAfter(ofStep.proposed, closed)).toEqual([
      'alarm-joined',
      'alarm-cleared',
      'alarm-flapping',
      'alarm-settled',
      'snooze-ended',
      'trail-viewed',
      'refused',
      'request-viewed',
      'aws-called',
      'result-not-archived',
      'unknown-event',
      'follow-ended',
      'duplicate-joined',
      'linked',
      'paged',
      'drill-scored',
      'postmortem-written',
      'follow-up-done',
    ]);
    expect(() => continued(after(closed), ofStep.done)).toThrow('step-done after the incident was closed');
  });

  it('takes the demotion of Autopilot after it was closed', () => {
    const approved: IncidentEvent = {
      type: 'autopilot-approved',
      step: 'resumed',
      attempt: 1,
      hash: ofStep.proposed.hash,
      mode: 'auto',
    };
    const demoted: IncidentEvent = {
      type: 'autopilot-demoted',
      step: 'resumed',
      attempt: 1,
      why: 'it failed',
    };

    expect(refusal(after(ofStep.proposed, approved, closed), demoted)).toBeUndefined();
  });

  it('is reopened after its end if it had recovered or a person asks for it', () => {
    expect(refusal(after(closed), reopened)).toBe('illegal-move');
    expect(refusal(after(recovered, closed), reopened)).toBeUndefined();
    expect(refusal(after(closed), { ...reopened, by: lead })).toBeUndefined();
    expect(refusal(after(), reopened)).toBe('illegal-move');
    expect(() => continued(after(), reopened)).toThrow('only a recovered incident can be reopened');
    expect(refusal(after(closed), { ...ofStep.done, by: lead } as IncidentEvent)).toBe('illegal-move');
  });

  it('starts no work while it is paused', () => {
    const paused = [ofStep.proposed, { type: 'paused', why: 'wait', by: lead }] as const;
    const refused = everyEvent.filter(
      (event) =>
        refusal(after(ofStep.proposed), event) === undefined &&
        refusal(after(...paused), event) !== undefined,
    );

    expect(refused.map(({ type }) => type)).toEqual([
      'autopilot-armed',
      'autopilot-approved',
      'step-approved',
      'step-begun',
      'step-adjusted',
    ]);
    expect(everyEvent.filter(startsWork).map(({ type }) => type)).toEqual([
      'autopilot-armed',
      'autopilot-approved',
      'step-proposed',
      'step-approved',
      'step-begun',
      'step-retried',
      'step-adjusted',
      'step-answered',
    ]);
    expect(() => continued(after(...paused), ofStep.approved)).toThrow(
      'step-approved while the incident is paused',
    );
  });
});
