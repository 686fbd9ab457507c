import { describe, expect, it } from 'vitest';
import { genesis, seal } from '../../../src/audit/chain.ts';
import { stepForm } from '../../../src/bot/clicks/step-form.ts';
import type { IncidentStore } from '../../../src/incidents/journal/store.ts';
import type { Entry, IncidentEvent } from '../../../src/incidents/model/events.ts';
import type { Incident } from '../../../src/incidents/model/incident.ts';
import { incidentFrom } from '../../../src/incidents/model/reduce.ts';
import { type Catalog, loadCatalog, shippedCatalog } from '../../../src/playbooks/catalog.ts';
import { anOpening } from '../../support/a-journal.ts';
import { askForOne } from '../ask-for-a-playbook.ts';

const shipped = await loadCatalog([shippedCatalog]);
const catalog: Catalog = {
  ...shipped,
  list: [...shipped.list, { id: 'ask-for-one', playbook: askForOne }],
  get: (name) => (name === 'ask-for-one' ? askForOne : shipped.get(name)),
};
const by = { user: 'U0LEAD', via: 'form' } as const;
const { incident: id } = anOpening();

/** A store with one incident that is running this playbook. */
function holding(playbook: string, events: readonly IncidentEvent[] = []): IncidentStore {
  const steps = catalog.get(playbook)?.steps.map(({ key }) => key) ?? [];
  const all: readonly IncidentEvent[] = [
    anOpening(),
    { type: 'playbook-started', playbook, steps },
    ...events,
  ];
  const journal = all.reduce<readonly Entry[]>(
    (entries, event, seq) => [
      ...entries,
      seal({ seq, at: 2_000_000, event, prev: entries.at(-1)?.hash ?? genesis }),
    ],
    [],
  );
  const load = async (): Promise<Incident> => incidentFrom(journal);
  // A form only reads the incident.
  return { load } as unknown as IncidentStore;
}

describe('a submitted form', () => {
  it('for follow-ups suggests a day in a week and refuses a past one', async () => {
    const store = holding('investigate', [{ type: 'recovered', how: 'by hand', by }]);
    const now = Date.UTC(2026, 10, 23, 9);
    const clock = { now: () => now };
    const ref = { incident: id, step: 'document', attempt: 1, hash: '' };
    const form = await stepForm({ store, catalog, clock }, ref);

    expect(form?.fields.find(({ key }) => key === 'due')?.initial).toBe('2026-11-30');
    expect(form?.problems({ due: '2026-11-21' })).toEqual({ due: expect.stringContaining('in the past') });
    expect(form?.problems({ due: '2026-11-23' })).toEqual({});
  });

  it('refuses the name of a playbook that does not exist, at the field with the name', async () => {
    const store = holding('ask-for-one');
    const form = await stepForm(
      { store, catalog, clock: { now: () => 2_000_000 } },
      { incident: id, step: 'choice', attempt: 1, hash: '' },
    );

    expect(form?.problems({ why: '', name: 'spot-interuption' })).toEqual({
      name: expect.stringMatching(
        /^There is no playbook “spot-interuption”; the playbooks are .*spot-interruption/,
      ),
    });
    expect(form?.problems({ why: '', name: 'spot-interruption' })).toEqual({});
  });
});
