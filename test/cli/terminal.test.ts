import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDeadLetters } from '../../src/redis/dead-letters.ts';
import { plainJson, plainLine } from '../../src/sanitize/plain-text.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { goodEnvironment, runRelight } from '../support/run-relight.ts';

/** Characters that a terminal can interpret, except the newline at the end of a line. */
const active = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u;

/** Untrusted text as it could appear in a failure reason, log line, S3 key or alarm. */
const attacks = [
  '\u001b[31mred\u001b[0m',
  '\u001b]0;title\u0007',
  '\u001b]52;c;cm0gLXJmIC8=\u001b\\',
  '\u001b]8;;https://evil.example\u001b\\link\u001b]8;;\u001b\\',
  '\u009b2J\u009d0;title\u009c',
  '\u001bPq#0\u001b\\\u001b_apc\u001b\\\u001bc',
  'unfinished \u001b]0;rest of the line',
  'ab\u202egpj.exe\u2066\u200b\ufeff\u00ad',
  'over\rwritten\b\b\u0007\u007f',
  '\u2028BAD forged\nok  forged',
];
const attack = attacks.join(' ');

function lines(text: string): readonly string[] {
  return text.replace(/\n$/, '').split('\n');
}

describe('untrusted text on a terminal', () => {
  it('loses complete color, title, link and clipboard sequences, and keeps the text', () => {
    expect(plainLine(attacks.slice(0, 4).join('|'))).toBe('red|||link');
    expect(plainLine('unfinished \u001b]0;rest of the line')).toBe('unfinished 0;rest of the line');
  });

  it('is one line without control sequences for any input', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom(...attacks), (text, one) => {
        expect(plainLine(`${text}${one}${text}`)).not.toMatch(active);
      }),
    );
  });

  it('is the same value in JSON without control sequences', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom(...attacks), (text, one) => {
        const json = plainJson(JSON.stringify({ value: `${text}${one}` }));
        expect(json).not.toMatch(active);
        expect(JSON.parse(json)).toEqual({ value: `${text}${one}` });
      }),
    );
  });

  it.each(['\u001b[', '\u001b]', '\u009b', '\u009d0;', '\u001b[0;', '\u001b '])(
    'is cleaned in linear time: a megabyte of %j',
    (piece) => {
      const began = performance.now();
      plainLine(piece.repeat(1_000_000 / piece.length));
      expect(performance.now() - began).toBeLessThan(1_000);
    },
  );

  it('is only printed by one module', () => {
    const folder = 'src/cli';
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );
    const writers = files.filter((name) =>
      /process\.std(out|err)\.write|\bconsole\.(log|info|warn|error)\(/.test(
        readFileSync(join(folder, name), 'utf8'),
      ),
    );
    // relight.ts passes the messages of commander through the same function.
    expect(writers.toSorted()).toEqual(['relight.ts', 'shared/print.ts']);
  });
});

describe('a command that prints untrusted text', () => {
  let redis: TestRedis;
  const folder = mkdtempSync(join(tmpdir(), 'relight-terminal-'));

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => redis.close());

  function aFile(name: string, text: string): string {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  }

  it('diagnose: a failure reason and a log cannot control the terminal, as text or as JSON', async () => {
    const describe = aFile(
      'describe.json',
      JSON.stringify({
        TrainingJobName: 'srl-rlvr-gold-1',
        TrainingJobStatus: 'Failed',
        SecondaryStatus: 'Failed',
        FailureReason: `AlgorithmError: ${attack}`,
      }),
    );
    const log = aFile('log.txt', `${attack}\nRuntimeError: CUDA error: ${attack}\n`);

    const words = await runRelight(['diagnose', '--describe', describe, '--log', log]);
    const json = await runRelight(['diagnose', '--describe', describe, '--log', log, '--json']);

    for (const line of lines(words.out)) expect(line).not.toMatch(active);
    expect(lines(json.out)).toHaveLength(1);
    expect(json.out.trimEnd()).not.toMatch(active);
    expect(JSON.parse(json.out)).toMatchObject({ job: 'srl-rlvr-gold-1' });
  });

  it('alarms dead: an invalid message cannot forge a line of the list', async () => {
    const message = { id: `id${attack}`, at: 0, body: attack, reason: attack, path: 'sqs' } as const;
    await createDeadLetters(redis.client).keep(message);
    const environment = { ...goodEnvironment, REDIS_URL: redis.url };

    const words = await runRelight(['alarms', 'dead'], environment);
    const json = await runRelight(['alarms', 'dead', '--json'], environment);

    expect(lines(words.out)).toHaveLength(2);
    for (const line of [...lines(words.out), ...lines(json.out)]) expect(line).not.toMatch(active);
    expect(JSON.parse(json.out)).toMatchObject([message]);
  });

  it('errors and pasted arguments are plain text on standard error too', async () => {
    for (const args of [['playbooks', 'show', attack], ['checkpoints', '--s3-uri', attack], [attack]]) {
      const { err } = await runRelight(args);
      expect(err).not.toBe('');
      for (const line of lines(err)) expect(line).not.toMatch(active);
    }
  });

  it('the log is JSON without control sequences', () => {
    const program = `import(${JSON.stringify(pathToFileURL('src/log.ts').href)}).then(({ createLog }) =>
      createLog('info').info({ job: process.argv[1] }, process.argv[1]))`;
    const { stderr } = spawnSync(process.execPath, ['--import', 'tsx', '-e', program, attack], {
      encoding: 'utf8',
    });

    expect(stderr.trimEnd()).not.toMatch(active);
    expect(JSON.parse(stderr)).toMatchObject({ job: attack, msg: attack });
  });
});
