import { describe, expect, it } from 'vitest';
import { recoveryIn } from '../../../src/incidents/estimates/earlier-recoveries.ts';
import type { Entry, IncidentEvent } from '../../../src/incidents/model/events.ts';
import { loadCatalog, shippedCatalog } from '../../../src/playbooks/catalog.ts';
import type { Proposal } from '../../../src/ports/step-output.ts';
import { anOpening } from '../../support/a-journal.ts';

const catalog = await loadCatalog([shippedCatalog]);
const by = { user: 'U0LEAD', via: 'button' } as const;
const proposal: Proposal = { headline: '', request: {}, differences: [], warnings: [] };
const stepsOf = (playbook: string): string[] => catalog.get(playbook)?.steps.map(({ key }) => key) ?? [];

/** Events with their minutes. */
function journal(...events: readonly (readonly [minute: number, event: IncidentEvent])[]): readonly Entry[] {
  return [[0, anOpening()] as const, ...events].map(([minute, event], seq) => ({
    seq,
    at: minute * 60_000,
    event,
    prev: '',
    hash: '',
  }));
}

const started = (playbook: string): IncidentEvent => ({
  type: 'playbook-started',
  playbook,
  steps: stepsOf(playbook),
});
const proposed = (step: string): IncidentEvent => ({
  type: 'step-proposed',
  step,
  attempt: 1,
  proposal,
  hash: 'h',
  role: 'lead',
  needs: 1,
});
const begun = (step: string): IncidentEvent => ({ type: 'step-begun', step, attempt: 1, hash: 'h' });
const recovered: IncidentEvent = { type: 'recovered', how: 'it trains' };

describe('the duration of an earlier recovery', () => {
  it('counts from the approved change, not from the failure or the proposal', () => {
    const entries = journal(
      [0, started('spot-interruption')],
      [5, proposed('resumed')],
      [45, begun('resumed')],
      [57, recovered],
    );
    expect(recoveryIn(entries, catalog)).toEqual({
      playbook: 'spot-interruption',
      minutes: 12,
      changes: [{ name: 'resume-training', minutes: 12 }],
    });
  });

  it('leaves out the wait for the approval of a later change', () => {
    const entries = journal(
      [0, started('invalid-data')],
      [1, proposed('fixed')],
      [2, begun('fixed')],
      [12, proposed('retried')],
      [112, begun('retried')],
      [122, recovered],
    );
    expect(recoveryIn(entries, catalog)).toMatchObject({ playbook: 'invalid-data', minutes: 20 });
  });

  it.each([
    ['a person or another job made', { ...recovered, elsewhere: true }],
    ['nobody made', { type: 'closed', why: 'given up', outcome: 'given-up', by }],
  ] as const)('is unknown for a recovery that %s', (_, end) => {
    const entries = journal([0, started('spot-interruption')], [1, begun('resumed')], [9, end]);
    expect(recoveryIn(entries, catalog)).toBeUndefined();
  });

  it('is unknown if the recovery did not last, until the next one does', () => {
    const again: IncidentEvent = { type: 'reopened', job: 'job', why: 'failed again', at: 0 };
    const first = [
      [0, started('spot-interruption')],
      [1, begun('resumed')],
      [9, recovered],
    ] as const;
    expect(recoveryIn(journal(...first, [60, again]), catalog)).toBeUndefined();
    const second = [
      [61, started('spot-interruption')],
      [70, begun('resumed')],
      [75, recovered],
    ] as const;
    expect(recoveryIn(journal(...first, [60, again], ...second), catalog)).toMatchObject({ minutes: 5 });
  });

  it('does not count an incident that was started by mistake', () => {
    const closed: IncidentEvent = { type: 'closed', why: 'a typo', outcome: 'mistake', by };
    const entries = journal(
      [0, started('spot-interruption')],
      [1, begun('resumed')],
      [9, recovered],
      [10, closed],
    );
    expect(recoveryIn(entries, catalog)).toBeUndefined();
  });
});
