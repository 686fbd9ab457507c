import { describe, expect, it } from 'vitest';
import type { IncidentEvent } from '../../../src/incidents/model/events.ts';
import { after, continued, ofStep, stepAfter } from './a-history.ts';

describe('a step that runs again', () => {
  it('keeps why it was renewed until the new request begins', () => {
    const renewed = 'the image changed';
    const again = { ...ofStep.proposed, attempt: 2 };

    expect(stepAfter(ofStep.renewed)).toEqual({ status: 'waiting', attempt: 2, renewed });
    expect(stepAfter(ofStep.renewed, { ...ofStep.progress, attempt: 2 })).toMatchObject({ renewed });
    expect(stepAfter(ofStep.renewed, again)).toMatchObject({ status: 'proposed', renewed });
    expect(
      stepAfter(ofStep.renewed, again, { ...ofStep.approved, attempt: 2 }, { ...ofStep.begun, attempt: 2 }),
    ).not.toHaveProperty('renewed');
    expect(stepAfter(ofStep.progress)).not.toHaveProperty('renewed');
  });

  it('runs again under a number that none of its attempts had', () => {
    const went = (attempt: number): IncidentEvent => ({
      ...ofStep.renewed,
      attempt,
      step: 'resumed',
      steps: ['found', 'document'],
    });
    const skipped: IncidentEvent = { type: 'step-skipped', step: 'document', reason: 'later' };
    const found: IncidentEvent = { ...ofStep.done, step: 'found' };
    const { states } = after(found, skipped, went(2));

    expect(states).toEqual({
      found: { status: 'waiting', attempt: 2, renewed: 'the image changed' },
      resumed: { status: 'waiting', attempt: 2, renewed: 'the image changed' },
      document: { status: 'waiting', attempt: 2, renewed: 'the image changed' },
    });
    expect(continued(after(found, skipped, went(2)), went(3)).states['found']).toMatchObject({ attempt: 3 });
  });

  it('runs again under a new number also if it had more attempts than the step that was renewed', () => {
    const of = (step: string, event: IncidentEvent, attempt: number): IncidentEvent =>
      ({ ...event, step, attempt }) as IncidentEvent;
    const { states } = after(
      of('found', ofStep.failed, 1),
      of('found', ofStep.retried, 2),
      of('found', ofStep.failed, 2),
      of('found', ofStep.retried, 3),
      of('found', ofStep.done, 3),
      of('document', ofStep.failed, 1),
      of('document', ofStep.retried, 2),
      { ...ofStep.skipped, step: 'document' },
      { ...ofStep.renewed, steps: ['found', 'document'] },
    );

    expect(states).toMatchObject({
      found: { attempt: 4 },
      document: { attempt: 3 },
      resumed: { attempt: 2 },
    });
  });
});
