import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { drillable } from '../../src/drills/scenarios.ts';
import { readFigures } from '../../src/incidents/figures/read-figures.ts';
import { type Catalog, loadCatalog, shippedCatalog } from '../../src/playbooks/catalog.ts';
import { slackLedger, visibleText } from '../support/responder.ts';
import { type Drilling, startDrilling } from './a-drill.ts';

/** What people press in each drill, by the keys of the steps: every change once, and the closing form. */
const presses: Readonly<Record<string, readonly string[]>> = {
  // A person who knows the code decides whether other incidents pass over the checkpoint too.
  'bad-checkpoint': ['approve resumed', 'answer blocking', 'answer document'],
  'dependency-pin': ['approve pinned', 'answer document'],
  'disk-full': ['approve moved', 'answer document'],
  'invalid-data': ['approve fixed', 'approve retried', 'answer document'],
  'out-of-memory': ['approve retried', 'answer document'],
  'restart-from-scratch': ['approve restarted', 'answer document'],
  'restore-from-backup': ['approve restored', 'answer document'],
  'restore-instance-count': ['approve resumed', 'answer document'],
  'spot-interruption': ['approve resumed', 'answer document'],
  'training-hang': ['approve resumed', 'answer document'],
};

describe('a drill', () => {
  let catalog: Catalog;
  let drilling: Drilling;

  const pressedIn = async (id: string): Promise<readonly string[]> =>
    (await drilling.core().store.journal(id)).flatMap(({ event }) => {
      if (event.type === 'step-approved') return [`approve ${event.step}`];
      return event.type === 'step-answered' ? [`answer ${event.step}`] : [];
    });

  beforeAll(async () => {
    catalog = await loadCatalog([shippedCatalog]);
  });
  afterEach(async () => drilling.close());

  it.each(drillable)(
    'of %s is recovered by clicks, every message is marked, and nothing reaches AWS, the figures or other incidents',
    async (playbook) => {
      drilling = await startDrilling(catalog);
      const id = await drilling.start(playbook);

      const { recovered, closed, drillScore, drill, job, playbook: last } = await drilling.finish(id);

      expect(await pressedIn(id)).toEqual(presses[playbook]);
      expect(recovered?.how).toContain(`${job}-`);
      expect(closed).toBeDefined();
      expect(last).toBe(playbook);
      expect(drill).toMatchObject({ playbook, faults: [] });
      expect(drillScore).toMatchObject({ points: 100, cost: [] });
      expect(drilling.awsRequests).toEqual([]);
      const { messages, violations } = await slackLedger(drilling);
      expect(messages.length).toBeGreaterThan(5);
      for (const message of messages) {
        // A message that only shows files has no text; its files have names.
        const isFiles = message.metadata === undefined;
        expect(isFiles ? JSON.stringify(message.files) : message.text).toMatch(
          /^(DRILL: |\[\{"name":"DRILL-)/,
        );
        expect(isFiles || visibleText(message).startsWith('*DRILL* ')).toBe(true);
      }
      expect(violations).toEqual([]);
      const { store, clock } = drilling.core();
      expect(await readFigures({ store, catalog, clock, priceOf: () => undefined })).toMatchObject({
        total: { incidents: 0 },
        playbooks: [],
      });
      const shared = (await drilling.redis.client.keys('*')).filter((key) =>
        /launched-jobs|cap-reservations|struck-checkpoints|alike|failing|muted/.test(key),
      );
      expect(shared).toEqual([]);
    },
  );
});
