import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IncidentRecord } from '../../src/ports/record.ts';
import { durationsOf } from '../../src/postmortem/durations.ts';
import { markdownOf } from '../../src/postmortem/markdown.ts';
import { plain } from '../../src/postmortem/markdown-text.ts';
import { followUpsOf } from '../../src/postmortem/postmortem-form.ts';
import { ended } from '../support/a-training-run.ts';
import { answers, aRecord, entry } from './a-record.ts';

function written(record: IncidentRecord, told: Readonly<Record<string, string>> = answers): string {
  return markdownOf({
    record,
    durations: durationsOf(record),
    answers: told,
    followUps: followUpsOf(told, ended),
  });
}

function headings(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.startsWith('#'));
}

/** Text with every kind of Markdown markup, where it would take effect. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom(
        '\n# x',
        '|',
        '\\',
        '`',
        '```',
        '<img src=x>',
        '[a](http://x)',
        '![a](b)',
        '\n\n---\n',
        '\n- [ ] x',
        '1. ',
        '+ ',
        '= ',
        'https://evil.example',
        'www.evil.example',
        'a@b.example',
        '&lt;',
        '\u202e',
        '\ud800',
        '\r',
        '<!--',
        '~~~',
        '@here',
      ),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));

describe('a postmortem', () => {
  const text = written(aRecord());

  it('states in its first line what happened, how long it took and whether the RTO was met', () => {
    expect(text.split('\n')[2]).toBe(
      'srl-rlvr-gold-20251104 (gold) failed at 2026-11-23 03:14 UTC (spot capacity lost); training ran again after 42 min, within the RTO of 60 min.',
    );
  });

  it('has every section, in this order', () => {
    expect(headings(text)).toEqual([
      '# Postmortem: srl-rlvr-gold-20251104',
      '## How long it took',
      '## Timeline',
      '## Decisions',
      '## Evidence',
      '### Diagnosis',
      '### Validate checkpoints',
      '## What was changed',
      '### Resume training',
      '## What caused it',
      '## What helped',
      '## What would prevent it',
      '## Follow-ups',
    ]);
  });

  it.each([
    ['the timeline in UTC', '| 2026-11-23 03:31:00 | U0LEAD | Resume training: approved |'],
    ['who decided what and when', '- 2026-11-23 03:31:00, U0LEAD: Resume training: approved'],
    ['the evidence', '- Stopped with MaxWaitTimeExceeded'],
    ['what was changed', '| CheckpointConfig.S3Uri | `s3://a/b/` | `s3://a/c/` | staged |'],
    ['who approved it', 'Started at 2026-11-23 03:32:00, approved by U0LEAD.'],
    [
      'what people wrote, paragraph by paragraph',
      'Spot capacity in the Region was gone.\n\nWe had no plan for it.',
    ],
    [
      'each follow-up with its owner and its day',
      '- [ ] A second instance type (Ana, by 2026-12-01)\n- [ ] Buy a training plan (Ana, by 2026-12-01)\n',
    ],
  ])('contains %s', (_, part) => {
    expect(text).toContain(part);
  });

  it('says so if there were no decisions, no changes and no answers', () => {
    const bare = written(aRecord({ timeline: [entry(0, 'alarm', 'x')], changes: [] }), {});

    expect(bare).toContain('No decisions were needed.');
    expect(bare).toContain('Nothing was changed in AWS.');
    expect(bare.match(/Not answered\./g)).toHaveLength(3);
  });

  it('truncates a journal of weeks', () => {
    const timeline = Array.from({ length: 1_000 }, (_, index) => entry(index, 'step', 'x'));

    expect(written(aRecord({ timeline }))).toContain('600 more entries are in the journal.');
  });

  it('has the same sections and tables for any untrusted text', () => {
    fc.assert(
      fc.property(hostile, (evil) => {
        const [finding] = aRecord().findings;
        const [change] = aRecord().changes;
        const record = aRecord({
          recovered: { at: 0, how: evil },
          timeline: [{ ...entry(0, 'decision', evil, evil), detail: evil }],
          findings: finding === undefined ? [] : [{ ...finding, report: { headline: evil, lines: [evil] } }],
          changes:
            change === undefined
              ? []
              : [{ ...change, headline: evil, differences: [{ field: evil, before: evil }] }],
        });
        const lines = written(record, { ...answers, cause: evil, owner: evil }).split('\n');

        expect(headings(lines.join('\n'))).toHaveLength(12);
        for (const line of lines.filter((one) => one.startsWith('|')))
          expect([4, 5, 6]).toContain(line.split(/(?<!\\)(?:\\\\)*\|/).length);
        expect(lines.filter((line) => line.startsWith('- [ ]'))).toHaveLength(2);
      }),
      { numRuns: 100 },
    );
  });
});

describe('an S3 address in Markdown', () => {
  it.each([
    ['s3://bucket/my_prefix/_x_*', '`s3://bucket/my_prefix/_x_*`'],
    ['Copied s3://b/a_b_c/ to s3://b/**d**/.', 'Copied `s3://b/a_b_c/` to `s3://b/**d**/`.'],
    ['(“s3://b/a#1&2~3<4>[5]”)', '(“`s3://b/a#1&2~3<4>[5`\\]”)'],
    ['s3://b/a|b`c', '`s3://b/a`\\|b\\`c'],
  ])('is code that can be copied: %s', (said, shown) => {
    expect(plain(said)).toBe(shown);
  });

  it('is never cut, however long the text around it is', () => {
    const address = `s3://bucket/${'a_long_prefix/'.repeat(40)}checkpoint-1300`;
    expect(plain(`${'x'.repeat(290)} ${address} and more`)).toContain(`\`${address}\``);
  });
});

describe('untrusted text in Markdown', () => {
  it('has a backslash before every markup character', () => {
    fc.assert(
      fc.property(hostile, (evil) => {
        const shown = plain(evil);
        expect(shown.replaceAll(/\\[\\`*_{}[\]<>|~&#@:.+=)-]/g, 'x')).not.toMatch(
          /[\\`*_{}[\]<>|~&#@]|:\/\/|www\.|^[-+=]|^\d+[.)]/i,
        );
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
      }),
      { numRuns: 500 },
    );
  });

  it('reads the same, as long as it fits', () => {
    const words = fc.string({ unit: fc.constantFrom(...'abc |*_[]<>\\`#.:/-1'.split('')), maxLength: 200 });
    fc.assert(
      fc.property(words, (said) => {
        expect(plain(said).replaceAll(/\\([^a-z0-9])/g, '$1')).toBe(said.replaceAll(/\s+/g, ' ').trim());
      }),
    );
    expect(plain('x'.repeat(301))).toHaveLength(300);
  });
});
