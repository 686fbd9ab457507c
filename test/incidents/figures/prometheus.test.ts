import express from 'express';
import { expect, it } from 'vitest';
import { figureGauges } from '../../../src/app/health.ts';
import { addRoutes, listen } from '../../../src/app/http.ts';
import { createLog } from '../../../src/log.ts';

it('/metrics has the figures of the present month by tier and playbook, and no price where none is known', async () => {
  const figures = {
    incidents: 3,
    rto: { met: 2, missed: 1 },
    minutes: { recover: { count: 2, median: 14, p90: 40 } },
    usage: {
      lost: { gpuHours: 12, of: 2, usd: 0, priced: 0 },
      spent: { gpuHours: 4, of: 2, usd: 130, priced: 2 },
    },
  };
  const asked: (string | undefined)[] = [];
  const report = async (month?: string) => {
    asked.push(month);
    const steps = [{ step: 'resumed', done: 2, failed: 1 }];
    const playbooks = [{ playbook: 'spot-interruption', recovered: 2, failed: 1, handedOver: 0, steps }];
    return { month: '2026-11', total: figures, tiers: [{ tier: 'gold', ...figures }], months: [], playbooks };
  };
  const now = (): number => Date.UTC(2026, 10, 29);
  const app = express();
  const gauges = figureGauges({ report }, { now });
  addRoutes({ app, checks: [], details: async () => ({}), gauges, log: createLog('silent'), now });
  const server = await listen(app, 0);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  server.close();

  expect(asked).toContain('2026-11');
  expect(text).toContain('relight_incidents{month="2026-11",tier="gold"} 3');
  expect(text).toContain('relight_incidents_rto{month="2026-11",tier="gold",rto="missed"} 1');
  expect(text).toContain(
    'relight_incident_minutes{month="2026-11",tier="gold",phase="recover",quantile="0.9"} 40',
  );
  expect(text).toContain('relight_usd{month="2026-11",tier="gold",kind="spent"} 130');
  expect(text).not.toContain('relight_usd{month="2026-11",tier="gold",kind="lost"}');
  expect(text).toContain(
    'relight_playbook_steps{month="2026-11",playbook="spot-interruption",step="resumed",outcome="failed"} 1',
  );
});
