import { beforeAll, describe, expect, it } from 'vitest';
import { card } from '../../../../src/bot/views/card/card.ts';
import { thread } from '../../../../src/bot/views/thread.ts';
import { OpsError, type OpsErrorCode, opsErrorCodes } from '../../../../src/errors.ts';
import { isUnresolved } from '../../../../src/incidents/choose-playbook.ts';
import type { IncidentEvent } from '../../../../src/incidents/model/events.ts';
import type { Incident } from '../../../../src/incidents/model/incident.ts';
import { incidentFrom } from '../../../../src/incidents/model/reduce.ts';
import { type Catalog, loadCatalog, shippedCatalog } from '../../../../src/playbooks/catalog.ts';
import { anOpening } from '../../../support/a-journal.ts';

const now = 5_000_000;
const both = ['Choose a playbook', 'Say how it ended'];

describe('a playbook that ends without success', () => {
  let catalog: Catalog;
  beforeAll(async () => {
    catalog = await loadCatalog([shippedCatalog]);
  });

  it('at any step, with any error, leaves a button besides "Try again", and its texts only name existing buttons', () => {
    for (const { id, playbook } of catalog.list)
      for (const [index, step] of playbook.steps.entries()) {
        if (step.kind !== 'action') continue;
        for (const code of opsErrorCodes) {
          const incident = failedAt(id, index, code);
          const { text, labels } = shown(incident, step.key);
          const where = `${id}, ${step.key}, ${code}`;
          expect(labels, where).toEqual(expect.arrayContaining(['Try again', ...both]));
          expect(text, where).not.toMatch(/listed above|try again automatically/);
          // A wrong name is corrected with a new command; everything else has a button.
          if (code !== 'job-not-found') expect(text, where).not.toContain('/relight start');
          if (/start over from scratch/i.test(nextOf(code)) && id !== 'restart-from-scratch')
            expect(labels, where).toContain('Start over from scratch');
        }
      }
  });

  it('without a failure waits at its last steps until a person says how it ended, or chooses another playbook', () => {
    for (const { id, playbook } of catalog.list) {
      const last = playbook.steps.findIndex(({ key }) => key === 'document');
      const incident = journalOf(id, ...skipped(id, last));
      expect(isUnresolved(incident, playbook), id).toBe(true);
      const { labels, text } = shown(incident, 'document');
      expect(labels, id).toEqual(both);
      expect(text, id).toContain('The clock keeps running');
      expect(incident.closed, id).toBeUndefined();
    }
  });

  it('or that is missing or was changed by a deployment has its buttons on the card', () => {
    const none = incidentFrom([entry(anOpening(), 0)]);
    const changed = journalOf('spot-interruption');
    const other: Incident = { ...changed, pinned: ['was-there-before'] };

    expect(labelsIn(card(none, undefined, now).blocks)).toEqual(expect.arrayContaining(both));
    expect(labelsIn(card(other, catalog.get('spot-interruption'), now).blocks)).toEqual(
      expect.arrayContaining(both),
    );
  });

  it('asks for the postmortem once the outcome is known, and offers nothing else', () => {
    const { playbook } = entryOf('investigate');
    const last = playbook.steps.findIndex(({ key }) => key === 'document');
    const by = { user: 'U0LEAD', via: 'form' } as const;
    const told = journalOf('investigate', ...skipped('investigate', last), {
      type: 'outcome-told',
      says: 'A person says: it was given up, too old',
      by,
    });

    expect(shown(told, 'document').labels).toEqual(['Document']);
    expect(JSON.stringify(card(told, playbook, now))).toContain('A person says: it was given up, too old');
  });

  function entryOf(id: string): Catalog['list'][number] {
    const found = catalog.list.find((one) => one.id === id);
    if (found === undefined) throw new Error(`there is no playbook ${id}`);
    return found;
  }

  function skipped(id: string, upTo: number): IncidentEvent[] {
    return entryOf(id)
      .playbook.steps.slice(0, upTo)
      .map(({ key }) =>
        key === 'diagnosis'
          ? { type: 'step-done', step: key, attempt: 1, result: { strategy: 'none', why: 'nobody knows' } }
          : { type: 'step-skipped', step: key, reason: 'nothing to do' },
      );
  }

  function failedAt(id: string, index: number, code: OpsErrorCode): Incident {
    const error = new OpsError(code, 'what is wrong');
    const step = entryOf(id).playbook.steps[index]?.key ?? '';
    return journalOf(id, ...skipped(id, index), {
      type: 'step-failed',
      step,
      attempt: 1,
      code,
      says: error.message,
      next: error.next,
    });
  }

  function journalOf(id: string, ...events: readonly IncidentEvent[]): Incident {
    const steps = entryOf(id).playbook.steps.map(({ key }) => key);
    const all: IncidentEvent[] = [anOpening(), { type: 'playbook-started', playbook: id, steps }, ...events];
    return incidentFrom(all.map(entry));
  }

  function shown(incident: Incident, step: string): { readonly text: string; readonly labels: string[] } {
    const messages = thread(incident, catalog.get, now);
    const blocks = messages.find(({ key }) => key === `step-${step}`)?.blocks ?? [];
    return { text: JSON.stringify(blocks), labels: labelsIn(blocks) };
  }
});

function nextOf(code: OpsErrorCode): string {
  return new OpsError(code, '').next;
}

function entry(event: IncidentEvent, seq: number): Parameters<typeof incidentFrom>[0][number] {
  return { seq, at: 1_000_000 + seq, event, prev: '', hash: '' };
}

function labelsIn(blocks: readonly object[]): string[] {
  return blocks.flatMap((block) =>
    'elements' in block && Array.isArray(block.elements)
      ? block.elements.flatMap((element: { type?: string; text?: { text?: string } }) =>
          element.type === 'button' ? [element.text?.text ?? ''] : [],
        )
      : [],
  );
}
