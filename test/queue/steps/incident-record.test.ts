import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { genesis, seal } from '../../../src/audit/chain.ts';
import type { Actor, Entry, IncidentEvent } from '../../../src/incidents/model/events.ts';
import { defineAction, definePlaybook } from '../../../src/playbooks/define.ts';
import type { IncidentRecord } from '../../../src/ports/record.ts';
import { postmortemForm } from '../../../src/postmortem/postmortem-form.ts';
import { createRecords } from '../../../src/queue/steps/incident-record.ts';
import { anOpening } from '../../support/a-journal.ts';

const minute = 60_000;
const failed = Date.UTC(2026, 10, 23, 3, 14);

const look = defineAction({
  name: 'diagnose-failure',
  effect: 'read',
  title: 'Diagnosis',
  does: 'Looks.',
  input: z.object({}),
  output: z.object({ kind: z.string() }),
  report: ({ kind }) => ({ headline: `It was ${kind}`, lines: ['exit code 1'] }),
  run: async () => ({ kind: 'x' }),
});

const launch = defineAction({
  name: 'resume-training',
  effect: 'change',
  title: 'Resume training',
  does: 'Launches.',
  approver: 'lead',
  button: 'Resume',
  input: z.object({}),
  output: z.object({ job: z.string() }),
  report: ({ job }) => ({ headline: `Launched ${job}` }),
  preview: async () => proposal,
  run: async () => ({ job: 'job-2' }),
});

const proposal = {
  headline: 'Launch job-2',
  request: {},
  differences: [{ field: 'TrainingJobName', before: 'job', after: 'job-2' }],
  warnings: [],
};

const playbook = definePlaybook({
  title: 'Resume',
  summary: 'Resumes.',
  handles: ['spot_interruption'],
  steps: (first) =>
    first
      .action('diagnosis', look, () => ({}))
      .action('resumed', launch, () => ({}))
      .manual('document', postmortemForm),
  recovered: () => undefined,
});

const lead: Actor = { user: 'U0LEAD', via: 'button' };
const ana: Actor = { user: 'U0ANA', via: 'form' };
const alarm = {
  source: 'cloudwatch-alarm' as const,
  name: 'gold-stopped',
  reason: 'Threshold crossed',
  at: failed,
};

/** One event a minute, the first one two minutes after the failure. */
function journalOf(events: readonly IncidentEvent[]): readonly Entry[] {
  return events.reduce<readonly Entry[]>((entries, event, seq) => {
    const at = failed + (seq + 2) * minute;
    return [...entries, seal({ seq, at, event, prev: entries.at(-1)?.hash ?? genesis })];
  }, []);
}

const story: readonly IncidentEvent[] = [
  anOpening({ alarm }),
  { type: 'playbook-started', playbook: 'resume', steps: ['diagnosis', 'resumed', 'document'] },
  { type: 'step-progress', step: 'diagnosis', attempt: 1, note: 'looking' },
  { type: 'step-done', step: 'diagnosis', attempt: 1, result: { kind: 'spot' } },
  { type: 'step-proposed', step: 'resumed', attempt: 1, proposal, hash: 'h', role: 'lead', needs: 1 },
  { type: 'step-approved', step: 'resumed', attempt: 1, hash: 'h', by: lead },
  { type: 'step-lapsed', step: 'resumed', attempt: 1, why: 'it was given 16 min ago' },
  { type: 'refused', step: 'resumed', by: ana, why: 'a lead has to' },
  { type: 'step-approved', step: 'resumed', attempt: 1, hash: 'h', by: lead },
  { type: 'step-begun', step: 'resumed', attempt: 1, hash: 'h' },
  {
    type: 'step-failed',
    step: 'resumed',
    attempt: 1,
    code: 'aws-quota',
    says: 'A quota is reached',
    next: 'Raise it.',
  },
  { type: 'step-retried', step: 'resumed', attempt: 2, by: ana },
  { type: 'step-proposed', step: 'resumed', attempt: 2, proposal, hash: 'h', role: 'lead', needs: 1 },
  { type: 'step-adjusted', step: 'resumed', attempt: 3, by: ana, answers: { type: 'ml.p5.48xlarge' } },
  { type: 'step-proposed', step: 'resumed', attempt: 3, proposal, hash: 'h', role: 'lead', needs: 1 },
  { type: 'step-approved', step: 'resumed', attempt: 3, hash: 'h', by: lead },
  { type: 'step-begun', step: 'resumed', attempt: 3, hash: 'h' },
  { type: 'step-done', step: 'resumed', attempt: 3, result: { job: 'job-2' } },
  { type: 'recovered', how: 'job-2 trains' },
  { type: 'alarm-joined', alarm: { ...alarm, name: 'late', at: failed + minute } },
  { type: 'step-answered', step: 'document', attempt: 1, by: ana, answers: { cause: 'x' } },
  { type: 'closed', why: 'training was recovered' },
];

async function recorded(events = story, known = true): Promise<IncidentRecord> {
  const records = createRecords(
    { journal: async () => journalOf(events) },
    { get: (id) => (known && id === 'resume' ? playbook : undefined) },
    async (user) => (user === 'U0LEAD' ? 'Mira Okafor' : undefined),
  );
  return records.of('rl-test1234');
}

describe('the record of an incident', () => {
  it('lists events in the order in which they occurred, with alarms at the time of the alarm', async () => {
    const { timeline } = await recorded();

    expect(timeline.map(({ at, kind, what }) => [(at - failed) / minute, kind, what])).toEqual([
      [0, 'alarm', 'gold-stopped'],
      [1, 'alarm', 'late'],
      [2, 'step', 'Incident opened'],
      [3, 'step', 'Playbook “Resume” started'],
      [5, 'step', 'Diagnosis: It was spot'],
      [6, 'step', 'Resume training: proposed'],
      [7, 'decision', 'Resume training: approved'],
      [8, 'step', 'Resume training: approval lapsed'],
      [9, 'decision', 'Resume training: refused'],
      [10, 'decision', 'Resume training: approved'],
      [11, 'change', 'Resume training: started'],
      [12, 'step', 'Resume training: failed'],
      [13, 'decision', 'Resume training: retried'],
      [14, 'step', 'Resume training: proposed'],
      [15, 'decision', 'Resume training: values changed'],
      [16, 'step', 'Resume training: proposed'],
      [17, 'decision', 'Resume training: approved'],
      [18, 'change', 'Resume training: started'],
      [19, 'change', 'Resume training: Launched job-2'],
      [20, 'end', 'job-2 trains'],
      [22, 'decision', 'Document and prevent: answered'],
      [23, 'end', 'Incident closed'],
    ]);
    expect(timeline.find(({ what }) => what.endsWith('values changed'))).toMatchObject({
      who: 'U0ANA',
      detail: 'type: ml.p5.48xlarge',
    });
  });

  it('has every change that AWS may have received, with its valid approvals and its outcome', async () => {
    const { changes } = await recorded();

    expect(changes).toMatchObject([
      {
        proposedAt: failed + 8 * minute,
        approvals: [{ by: 'Mira Okafor', at: failed + 10 * minute }],
        begunAt: failed + 11 * minute,
        outcome: 'A quota is reached',
      },
      { proposedAt: failed + 16 * minute, begunAt: failed + 18 * minute, outcome: 'Launched job-2' },
    ]);
    expect(changes[1]?.differences).toEqual(proposal.differences);
  });

  it('shows the Slack names of people, or the id if a name cannot be read', async () => {
    const { timeline } = await recorded([
      ...story.slice(0, 6),
      { type: 'step-lapsed', step: 'resumed', attempt: 1, why: 'U0LEAD may no longer approve this' },
      { type: 'refused', step: 'resumed', by: ana, why: 'a lead has to' },
    ]);

    expect(timeline.flatMap(({ who = [] }) => who)).toEqual(['Mira Okafor', 'U0ANA']);
    expect(timeline.at(-2)?.detail).toBe('Mira Okafor may no longer approve this');
  });

  it('has the findings of the read steps and the facts of the incident', async () => {
    expect(await recorded()).toMatchObject({
      incident: 'rl-test1234',
      job: 'srl-rlvr-gold-20251104',
      playbooks: ['Resume'],
      failedAt: failed,
      openedAt: failed + 2 * minute,
      rtoMinutes: 60,
      recovered: { how: 'job-2 trains' },
      findings: [{ step: 'Diagnosis', action: 'diagnose-failure', report: { lines: ['exit code 1'] } }],
    });
  });

  it('is complete even if a deployment removed the playbook: steps then appear by their keys', async () => {
    const { timeline, findings, playbooks } = await recorded(story, false);

    expect(playbooks).toEqual(['resume']);
    expect(timeline.map(({ what }) => what)).toContain('resumed: done');
    expect(findings).toEqual([]);
  });

  it('does not exist for an unknown incident', async () => {
    await expect(recorded([])).rejects.toMatchObject({ code: 'incident-unknown' });
  });
});
