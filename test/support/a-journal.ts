import type { Opened } from '../../src/incidents/model/events.ts';

/** The first event of an incident, with optional overrides. */
export function anOpening(changes: Partial<Opened> = {}): Opened {
  return {
    type: 'opened',
    incident: 'rl-test1234',
    job: 'srl-rlvr-gold-20251104',
    region: 'us-east-1',
    tier: 'gold',
    kind: 'spot_interruption',
    rtoMinutes: 60,
    rpoMinutes: 30,
    alarm: { source: 'sagemaker-event', name: 'Stopped / MaxWaitTimeExceeded', reason: '', at: 1_000_000 },
    ...changes,
  };
}
