import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { predictedRecoveryAt } from '../../../src/incidents/charge/predicted-recovery.ts';
import type { IncidentEvent } from '../../../src/incidents/model/events.ts';
import type { Incident } from '../../../src/incidents/model/incident.ts';
import { apply, incidentFrom } from '../../../src/incidents/model/reduce.ts';
import { loadCatalog, shippedCatalog } from '../../../src/playbooks/catalog.ts';
import type { Pace, RecoveryTime } from '../../../src/ports/history/recovery-time.ts';
import { anOpening } from '../../support/a-journal.ts';

const catalog = await loadCatalog([shippedCatalog]);
const minute = 60_000;
const opened = 20 * minute;
const pace: Pace = { start: { capacityMinutes: 6, provisioningMinutes: 4 }, logEveryMinutes: 2 };
const by = { user: 'U0LEAD', via: 'button' } as const;

function incidentAfter(...events: readonly (readonly [at: number, event: IncidentEvent])[]): Incident {
  const [first, ...rest] = [[opened, anOpening()] as const, ...events];
  const opening = { seq: 0, at: first[0], event: first[1], prev: '', hash: '' };
  return rest.reduce((incident, [at, event]) => apply(incident, { at, event }), incidentFrom([opening]));
}

const started = (playbook: string): IncidentEvent => ({
  type: 'playbook-started',
  playbook,
  steps: catalog.get(playbook)?.steps.map(({ key }) => key) ?? [],
});
const done = (step: string, result: unknown): IncidentEvent => ({
  type: 'step-done',
  step,
  attempt: 1,
  result,
});
const diagnosed = (more: object = {}): IncidentEvent =>
  done('diagnosis', { kind: 'spot_interruption', jobStatus: 'Failed', pace, ...more });
const proposed = (recovery?: RecoveryTime): IncidentEvent => ({
  type: 'step-proposed',
  step: 'resumed',
  attempt: 1,
  proposal: {
    headline: '',
    request: {},
    differences: [],
    warnings: [],
    ...(recovery !== undefined && { recovery }),
  },
  hash: 'h',
  role: 'lead',
  needs: 1,
});
const in20: RecoveryTime = { minutes: 20, basis: { from: 'earlier-recoveries', recoveries: 6 } };
const prepared = [
  [opened, started('spot-interruption')],
  [opened, diagnosed()],
  [opened, done('checkpoint', {})],
  [opened, done('validation', {})],
] as const;

describe('the predicted recovery', () => {
  it('is unknown before anything was measured', () => {
    expect(
      predictedRecoveryAt(incidentAfter([opened, started('spot-interruption')]), opened),
    ).toBeUndefined();
    expect(predictedRecoveryAt(incidentAfter(), opened)).toBeUndefined();
  });

  it('is the start of a copy of the job from now on, once the diagnosis has measured that', () => {
    const incident = incidentAfter(...prepared);
    expect(predictedRecoveryAt(incident, opened)).toBe(opened + 12 * minute);
    expect(predictedRecoveryAt(incident, opened + 5 * minute)).toBe(opened + 17 * minute);
  });

  it('moves with the clock while a proposal waits for approval, and stands still once the change runs', () => {
    const waiting = incidentAfter(...prepared, [opened, proposed(in20)]);
    expect(predictedRecoveryAt(waiting, opened + 7 * minute)).toBe(opened + 27 * minute);
    const approved: IncidentEvent = { type: 'step-approved', step: 'resumed', attempt: 1, hash: 'h', by };
    const begun: IncidentEvent = { type: 'step-begun', step: 'resumed', attempt: 1, hash: 'h' };
    const running = [approved, begun].reduce(
      (before, event) => apply(before, { at: opened, event }),
      waiting,
    );
    expect(predictedRecoveryAt(running, opened + 7 * minute)).toBe(opened + 20 * minute);
    expect(predictedRecoveryAt(running, opened + 30 * minute)).toBe(opened + 30 * minute);
  });

  it('is unknown for a proposal about which nothing is known', () => {
    expect(predictedRecoveryAt(incidentAfter(...prepared, [opened, proposed()]), opened)).toBeUndefined();
  });

  it('is the best of the offered playbooks for a person who has to choose', () => {
    const earlier = {
      playbooks: {
        'disk-full': { recoveries: 3, medianMinutes: 30 },
        'training-hang': { recoveries: 4, medianMinutes: 25 },
      },
      changes: {},
    };
    const suspects = [
      { kind: 'disk_full', why: '' },
      { kind: 'hang_or_nccl', why: '' },
    ];
    const incident = incidentAfter(
      [opened, started('investigate')],
      [opened, diagnosed({ suspects, pace: { ...pace, earlier } })],
    );
    expect(predictedRecoveryAt(incident, opened)).toBe(opened + 25 * minute);
  });

  it('is unknown once the incident has recovered, and for a warning', () => {
    const over = incidentAfter(...prepared, [opened, { type: 'recovered', how: 'it trains' }]);
    expect(predictedRecoveryAt(over, opened)).toBeUndefined();
    const warning = { ...incidentAfter(...prepared), kind: 'checkpoints_stopped' } as const;
    expect(predictedRecoveryAt(warning, opened)).toBeUndefined();
  });

  it('is never in the past', () => {
    const time = fc.nat({ max: 1e9 });
    fc.assert(
      fc.property(time, fc.double({ min: 0, max: 1e5, noNaN: true }), (later, minutes) => {
        const incident = incidentAfter(...prepared, [opened, proposed({ ...in20, minutes })]);
        const now = opened + later;
        expect(predictedRecoveryAt(incident, now)).toBeGreaterThanOrEqual(now);
      }),
    );
  });
});
