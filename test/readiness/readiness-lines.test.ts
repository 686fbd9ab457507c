import { describe, expect, it } from 'vitest';
import { drilledPlaybooks, drillReadiness } from '../../src/readiness/drill-readiness.ts';
import { type ReadinessReport, readinessOf } from '../../src/readiness/readiness.ts';
import { readinessLines, readinessSummary } from '../../src/readiness/readiness-lines.ts';

const day = 24 * 3_600_000;
const now = Date.UTC(2026, 10, 29);
const playbooks = ['a', 'b', 'c'].map((id) => ({ id, title: id.toUpperCase() }));

function withDrills(drills: Parameters<typeof drilledPlaybooks>[0]['drills']): ReadinessReport {
  return {
    measuredAt: now,
    checks: [drillReadiness(drilledPlaybooks({ playbooks, drills, everyDays: 90, now }), 90)],
  };
}

function ago(days: number): number {
  return now - days * day;
}

describe('the readiness', () => {
  it('counts a playbook as overdue from the day after its interval, and one that nobody ever drilled', () => {
    const report = withDrills([
      { playbook: 'a', at: ago(90), score: 80 },
      { playbook: 'b', at: ago(91), score: 95 },
    ]);

    expect(readinessLines(report)).toEqual([
      'Drills: 2 to fix (3 playbooks)',
      '- “B”: last drilled 91 days ago, due every 90. Fix: /relight drill b',
      '- “C”: never drilled. Fix: /relight drill c',
    ]);
  });

  it('says how many findings a short list leaves out', () => {
    expect(readinessLines(withDrills([]), 1)).toEqual([
      'Drills: 3 to fix (3 playbooks)',
      '- “A”: never drilled. Fix: /relight drill a',
      '- … and 2 more',
    ]);
  });

  it('is ready only if everything was measured', () => {
    const drills = playbooks.map(({ id }) => ({ playbook: id, at: ago(1), score: 100 }));
    const ready = withDrills(drills);
    const unmeasured = [{ what: 'AWS denies this', fix: 'Allow it.' }];
    const unknown: ReadinessReport = {
      ...ready,
      checks: [{ part: 'registry', looked: 'nothing', findings: [], unmeasured }],
    };

    expect([readinessOf(ready), readinessSummary(ready)]).toEqual(['ready', 'all ready']);
    expect([readinessOf(unknown), readinessSummary(unknown)]).toEqual(['unknown', '1 item not measured']);
    expect(readinessLines(unknown)).toEqual([
      'Model registry: 1 item not measured',
      '- Not measured: AWS denies this. Allow it.',
    ]);
  });
});
