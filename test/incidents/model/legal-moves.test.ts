import { describe, expect, it } from 'vitest';
import type { IncidentEvent } from '../../../src/incidents/model/events.ts';
import { after, continued, into, ofStep, opened, refusal, started } from './a-history.ts';

type Status = keyof typeof into;
const statuses = Object.keys(into) as Status[];

/** An independent statement of the table of moves. */
const legal: Readonly<Record<keyof typeof ofStep, readonly Status[]>> = {
  progress: ['waiting', 'working', 'changing'],
  skipped: ['waiting', 'working', 'proposed', 'failed', 'declined', 'canceled'],
  proposed: ['waiting', 'working'],
  approved: ['proposed'],
  reminded: ['proposed'],
  lapsed: ['proposed'],
  declined: ['proposed'],
  renewed: ['waiting', 'working', 'proposed', 'changing', 'failed', 'declined', 'canceled'],
  begun: ['proposed'],
  sent: ['changing'],
  cancelAsked: ['changing'],
  canceled: ['proposed', 'changing'],
  kept: ['canceled'],
  stopAsked: ['canceled'],
  done: ['waiting', 'working', 'changing'],
  failed: ['waiting', 'working', 'proposed', 'changing'],
  retried: ['failed', 'declined', 'canceled'],
  adjusted: ['proposed', 'failed', 'declined', 'canceled'],
  answered: ['waiting'],
};
const names = Object.keys(ofStep) as (keyof typeof ofStep)[];

describe('a step of an incident', () => {
  it.each(names)('takes the event "%s" in its legal states and refuses it in all others', (name) => {
    for (const status of statuses)
      expect([status, refusal(after(...into[status]), ofStep[name])]).toEqual([
        status,
        legal[name].includes(status) ? undefined : 'illegal-move',
      ]);
  });

  it.each(names.filter((name) => name !== 'skipped'))(
    'refuses "%s" of an attempt that is not its own',
    (name) => {
      const event: IncidentEvent = ofStep[name];
      const present = 'attempt' in event ? event.attempt : 0;
      for (const status of legal[name])
        for (const attempt of [present - 1, present + 1])
          expect([status, refusal(after(...into[status]), { ...event, attempt } as IncidentEvent)]).toEqual([
            status,
            'illegal-move',
          ]);
    },
  );

  it('that the playbook does not have is refused', () => {
    expect(refusal(after(), { ...ofStep.done, step: 'unheard-of' })).toBe('illegal-move');
    expect(refusal(after(), { ...ofStep.renewed, steps: ['unheard-of'] })).toBe('illegal-move');
  });

  it('says in the refusal what it is, and which attempt is over', () => {
    const done = after(ofStep.done);

    expect(() => continued(done, ofStep.approved)).toThrow(
      'resumed is done, so step-approved cannot be recorded',
    );
    expect(() => continued(after(ofStep.proposed), { ...ofStep.begun, attempt: 3 })).toThrow(
      'attempt 3 of resumed is over',
    );
    expect(() => continued(after(), { ...ofStep.done, step: 'other' })).toThrow('there is no step other');
  });

  it('refuses the approval of another request', () => {
    const proposed = after(ofStep.proposed);

    expect(() => continued(proposed, { ...ofStep.approved, hash: 'another' })).toThrow(
      'the approval is for another request',
    );
    expect(() => continued(proposed, ofStep.approved, ofStep.approved)).toThrow(
      'this person has already approved',
    );
  });

  it('is refused before a playbook was started', () => {
    expect(refusal(opened(), ofStep.done)).toBe('illegal-move');
    expect(refusal(opened(), started)).toBeUndefined();
  });
});
