import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readSettings } from '../../src/config/read-settings.ts';
import { aJobEvent, began } from '../alarms/an-alarm-handler.ts';
import { runRelight } from '../support/run-relight.ts';
import { changed, changedLine, example, gold, wrongConfigs } from './wrong-configs.ts';

const folder = mkdtempSync(join(tmpdir(), 'relight-config-'));
const path = join(folder, 'relight.yaml');
function problemsOf(content: string | Buffer): readonly string[] {
  writeFileSync(path, content);
  const read = readSettings(path);
  return 'problems' in read ? read.problems : [];
}

/** Raw messages of the parser or validation library, which must not appear. */
const raw =
  /Invalid (input|key|option|string)|Too (small|big)|Unrecognized|Unresolved|received|implicit|flow collection|at line \d+, column|\n|undefined|NaN/;

describe('relight config check', () => {
  it.each(wrongConfigs)('reports %s with file, line, key and remedy', (what, content, words) => {
    const problems = problemsOf(content);

    // The parser notices these only further down.
    const place = ['a tier whose jobs all belong to an earlier tier', 'an unclosed quote'].includes(what)
      ? /line \d+/
      : `line ${changedLine(content)}:`;
    expect(problems).toContainEqual(expect.stringMatching(words));
    const problem = problems.find((line) => words.test(line)) ?? '';
    expect(problem.startsWith(`${path}, line `)).toBe(true);
    expect(problem).toMatch(place);
    for (const line of problems) expect(line).not.toMatch(raw);
  });

  it.each([
    ['an empty file', '', /is empty; copy relight\.example\.yaml/],
    ['only comments', '# nothing\n', /is empty/],
    ['a list', '- a\n', /must begin with keys/],
    ['an unclosed bracket', 'tiers: [', /line 1: .*bracket/],
    [
      'bytes that are not text',
      Buffer.from('a: b\nc: \xe9\n', 'latin1'),
      /line 2: is not UTF-8 text; save the file as UTF-8/,
    ],
    [
      'aliases of aliases',
      `a: &a [${'x,'.repeat(20)}]\n${['b', 'c', 'd', 'e'].map((key, at) => `${key}: &${key} [${`*${'abcd'.charAt(at)},`.repeat(20)}]`).join('\n')}\n`,
      /write the values out/,
    ],
    ['a key that is not text', '? [a]\n: b\n', /key that is not text|is not a key/],
  ])('reports %s', (_, content, words) => {
    const problems = problemsOf(content);

    expect(problems.join('\n')).toMatch(words);
    for (const line of problems) expect(line).not.toMatch(raw);
  });

  it('reports a folder and a missing file with a remedy', () => {
    mkdirSync(join(folder, 'config'), { recursive: true });

    expect(readSettings(join(folder, 'config'))).toEqual({
      problems: [
        expect.stringMatching(/config is a folder; name another file with RELIGHT_CONFIG or --file/),
      ],
    });
    expect(readSettings(join(folder, 'nothing.yaml'))).toEqual({
      problems: [
        expect.stringMatching(
          /nothing\.yaml cannot be read; copy relight\.example\.yaml there, or name another/,
        ),
      ],
    });
  });

  it('accepts a policy that only Slack can check, and similar patterns and locations that do not overlap', () => {
    expect(problemsOf(changed('role: lead, approvals: 1', 'role: lead, approvals: 3'))).toEqual([]);
    expect(problemsOf(changed(gold, 'jobs: ["srl-rlvr-gold-*", "srl-rlvr-silver"]'))).toEqual([]);
    expect(problemsOf(changed('checkpoints-recovery/', 'checkpoints2/'))).toEqual([]);
  });

  it('handles alarms from another Region like a running Relight', async () => {
    const event = join(folder, 'event.json');
    writeFileSync(event, aJobEvent('Failed', 'Failed', began));
    const check = async (region: Record<string, string>) =>
      runRelight(['config', 'check', '--file', 'relight.example.yaml', '--event', event], region);

    const [elsewhere, here, unknown] = await Promise.all([
      check({ AWS_REGION: 'eu-west-1' }),
      check({ AWS_REGION: 'us-east-1' }),
      check({}),
    ]);

    expect(elsewhere.code).toBe(1);
    expect(elsewhere.out).toContain(
      'Is kept as a dead letter: it is about us-east-1, but this Relight works in eu-west-1',
    );
    expect(here).toMatchObject({ code: 0, out: expect.stringContaining('Opens an incident') });
    expect(unknown.out).toContain('AWS_REGION is not set, so it was not compared with us-east-1');
  });
});

describe('relight config schema', () => {
  it('prints a JSON Schema that accepts the example and rejects what config check rejects', async () => {
    const { code, out } = await runRelight(['config', 'schema']);
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(
      JSON.parse(out) as object,
    );

    expect(code).toBe(0);
    expect(validate(parse(example)), JSON.stringify(validate.errors)).toBe(true);
    for (const wrong of [
      changed('rto_minutes: 60', 'rto_minutes: soon'),
      changed('rpo_minutes: 30', 'rpo_minute: 30'),
      changed('role: lead', 'role: leed'),
      changed('C0INCIDENT', '"#ml-incidents"'),
      changed('recovery: s3://', 'recovery: http://'),
      changed('kind: spot_interruption', 'kind: spot'),
      'incident_channel: C0INCIDENT\n',
    ])
      expect(validate(parse(wrong)), wrong).toBe(false);
  });
});
