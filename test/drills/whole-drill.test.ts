import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { drillable } from '../../src/drills/scenarios.ts';
import { readFigures } from '../../src/incidents/figures/read-figures.ts';
import { type Catalog, loadCatalog, shippedCatalog } from '../../src/playbooks/catalog.ts';
import { slackLedger, visibleText } from '../support/responder.ts';
import { type Drilling, startDrilling } from './a-drill.ts';

describe('a drill', () => {
  let catalog: Catalog;
  let drilling: Drilling;

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
