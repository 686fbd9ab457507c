import type { IncidentRecord, TimelineEntry } from '../../src/ports/record.ts';
import { ended, minute } from '../support/a-training-run.ts';
import { failedJob } from '../support/fake-ports.ts';

/** A time, in minutes after the failure. */
export function entry(after: number, kind: TimelineEntry['kind'], what: string, who?: string): TimelineEntry {
  return { at: ended + after * minute, kind, what, ...(who !== undefined && { who }) };
}

/** A gold job that trained again 42 minutes after its failure. */
export function aRecord(changes: Partial<IncidentRecord> = {}): IncidentRecord {
  return {
    incident: 'rl-7f3a9c2e',
    job: failedJob,
    region: 'eu-west-1',
    tier: 'gold',
    kind: 'spot_interruption',
    playbooks: ['Resume after a spot interruption'],
    failedAt: ended,
    openedAt: ended + 2 * minute,
    rtoMinutes: 60,
    rpoMinutes: 30,
    recovered: { at: ended + 42 * minute, how: 'it trains from step 1,300' },
    timeline: [
      entry(0, 'alarm', 'Stopped / MaxWaitTimeExceeded'),
      entry(2, 'step', 'Incident opened'),
      entry(4, 'step', 'Resume training: proposed'),
      entry(17, 'decision', 'Resume training: approved', 'U0LEAD'),
      entry(18, 'change', 'Resume training: begun'),
      entry(42, 'end', 'it trains from step 1,300'),
      entry(900, 'decision', 'Document and prevent: answered', 'U0RESPONDER'),
    ],
    findings: [
      {
        step: 'Diagnosis',
        action: 'diagnose-failure',
        report: {
          headline: 'AWS took the spot instances back',
          facts: [{ label: 'Cause', value: 'spot_interruption' }],
          lines: ['Stopped with MaxWaitTimeExceeded'],
        },
        result: {},
      },
      {
        step: 'Validate checkpoints',
        action: 'validate-checkpoint',
        report: { headline: 'checkpoint-1300 is valid' },
        result: { stepsLost: 12, chosen: { ageMinutes: 7 } },
      },
    ],
    changes: [
      {
        step: 'Resume training',
        headline: 'Launch a copy of the job',
        differences: [
          { field: 'CheckpointConfig.S3Uri', before: 's3://a/b/', after: 's3://a/c/', why: 'staged' },
        ],
        approvals: [{ by: 'U0LEAD', at: ended + 17 * minute }],
        proposedAt: ended + 4 * minute,
        begunAt: ended + 18 * minute,
        outcome: 'Launched the copy',
      },
    ],
    ...changes,
  };
}

export const answers = {
  cause: 'Spot capacity in the Region was gone.\nWe had no plan for it.',
  helped: 'The checkpoint was good.',
  prevention: '- A second instance type\n2. Buy a training plan\n\n',
  owner: 'Ana',
  due: '2026-12-01',
};
