import { describe, expect, it } from 'vitest';
import { durationsOf } from '../../src/postmortem/durations.ts';
import { markdownOf } from '../../src/postmortem/markdown.ts';
import { followUpsOf } from '../../src/postmortem/postmortem-form.ts';
import { timelinePicture } from '../../src/postmortem/timeline-picture.ts';
import { ended } from '../support/a-training-run.ts';
import { answers, aRecord } from './a-record.ts';

describe('the postmortem of an endpoint', () => {
  const record = aRecord({ job: 'srl-rlvr-gold-prod', kind: 'model_degraded', findings: [] });

  it('describes its alarm and the served version, and never mentions training', () => {
    const followUps = followUpsOf(answers, ended);
    const text = markdownOf({ record, durations: durationsOf(record), answers, followUps });

    expect(text.split('\n')[2]).toBe(
      'srl-rlvr-gold-prod (gold) raised its alarm at 2026-11-23 03:14 UTC (model quality degraded); a good version was served again after 42 min, within the RTO of 60 min.',
    );
    expect(text).toContain('| Rollback | 42 min | RTO 60 min: met |');
    expect(text).not.toMatch(/[Tt]raining (lost|ran|was)|newest checkpoint|RPO|failed at/);
  });

  it('has the same words in its picture', () => {
    const svg = timelinePicture(record, durationsOf(record));

    for (const words of ['>Endpoint<', '>restored<', '>alarm<', 'raised its alarm at'])
      expect(svg).toContain(words);
    expect(svg).not.toMatch(/>Training<|trains again|>failed<|training ran/);
  });
});

describe('a follow-up', () => {
  it('is never due on a past date', () => {
    const told = { prevention: 'Add a subnet', owner: 'Mira', due: '2026-11-20' };

    expect(followUpsOf(told, ended)).toEqual([{ what: 'Add a subnet', owner: 'Mira', due: '2026-11-30' }]);
    expect(followUpsOf({ ...told, due: '2026-11-23' }, ended)[0]?.due).toBe('2026-11-23');
    expect(followUpsOf({ ...told, due: '' }, ended)[0]?.due).toBe('2026-11-30');
  });
});
