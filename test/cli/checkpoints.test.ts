import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type RegionUnderTest, startRegionUnderTest } from '../aws/a-region.ts';
import { seedFile } from '../support/checkpoint-files.ts';
import { type Ran, runRelight } from '../support/run-relight.ts';

const bucket = 'srl-rlvr-training';
const job = 'srl-rlvr-gold-20251104';
const root = `s3://${bucket}/checkpoints/${job}/`;

const Printed = z.array(
  z.strictObject({
    uri: z.string(),
    step: z.number(),
    layout: z.string(),
    grade: z.string(),
    reasons: z.array(z.strictObject({ file: z.string(), severity: z.string(), says: z.string() })),
    ageMinutes: z.number().nullable(),
    bytesRead: z.number(),
    requests: z.number(),
  }),
);

describe('relight checkpoints', () => {
  let aws: RegionUnderTest;
  let ask: (...args: string[]) => Promise<Ran>;

  beforeAll(async () => {
    aws = await startRegionUnderTest();
    ask = (...args) =>
      runRelight(['checkpoints', ...args], {
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_ENDPOINT_URL: aws.region.url,
      });
  });
  afterAll(async () => aws.close());

  async function put(key: string, body: Uint8Array | string): Promise<void> {
    await aws.clients.s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: `checkpoints/${key}`, Body: body }),
    );
  }

  it('grades every checkpoint of a job, newest first, without Slack, Redis or configuration', async () => {
    const ran = await ask(job, '--json');

    expect(ran).toMatchObject({ code: 0, err: '' });
    const printed = Printed.parse(JSON.parse(ran.out));
    expect(printed.map(({ uri, step, layout, grade }) => [uri, step, layout, grade])).toEqual([
      [`${root}checkpoint-1300/`, 1300, 'hf-trainer', 'valid'],
      [`${root}checkpoint-1250/`, 1250, 'hf-trainer', 'valid'],
      [`${root}checkpoint-1200/`, 1200, 'hf-trainer', 'valid'],
    ]);
    for (const { bytesRead, requests, ageMinutes } of printed) {
      expect(bytesRead).toBeGreaterThan(0);
      expect(bytesRead).toBeLessThan(1024 * 1024);
      expect(requests).toBeGreaterThan(0);
      expect(ageMinutes).not.toBeNull();
    }
  });

  it('prints plain text, limited to the requested number', async () => {
    const ran = await ask(job, '--limit', '1');

    expect(ran.code).toBe(0);
    expect(ran.out).toMatch(
      /^checkpoint-1300: valid, step 1,300, \d+ .* old, Hugging Face Trainer or TRL\n$/,
    );
  });

  it('grades a DeepSpeed folder with the tracker next to its checkpoints', async () => {
    const names = ['mp_rank_00_model_states.pt', 'zero_pp_rank_0_mp_rank_00_optim_states.pt'];
    for (const step of [100, 200])
      for (const name of names) await put(`ds/global_step${step}/${name}`, seedFile('scheduler.pt'));
    await put('ds/latest', 'global_step200');
    const whole = await ask('--s3-uri', `s3://${bucket}/checkpoints/ds`, '--json');
    const one = await ask('--s3-uri', `s3://${bucket}/checkpoints/ds/global_step200/`, '--json');

    expect([whole.code, one.code]).toEqual([0, 0]);
    // Just written: a checkpoint that no tracker names can still be incomplete.
    expect(
      Printed.parse(JSON.parse(whole.out)).map(({ step, layout, grade }) => [step, layout, grade]),
    ).toEqual([
      [200, 'deepspeed', 'valid'],
      [100, 'deepspeed', 'pending'],
    ]);
    expect(Printed.parse(JSON.parse(one.out))).toMatchObject([{ step: 200, grade: 'valid', reasons: [] }]);
  });

  it('exits with 1 and shows the reasons when training cannot resume from any', async () => {
    await put('cut/checkpoint-10/model.safetensors', seedFile('model.safetensors').slice(0, 5_000));
    await put('cut/checkpoint-10/trainer_state.json', '{"global_step": 10}');
    const ran = await ask('--s3-uri', `s3://${bucket}/checkpoints/cut/`);

    expect(ran.code).toBe(1);
    expect(ran.out).toMatch(/^checkpoint-10: invalid, .*\n {2}invalid: model.safetensors was truncated: /);
  });

  it.each([
    ['a job that does not exist', ['no-such-job'], /no training job with this name/],
    ['an empty folder', ['--s3-uri', `s3://${bucket}/nothing/`], /has no folders, and no file with a step/],
    ['a checkpoint that does not exist', ['--s3-uri', `${root}checkpoint-9/`], /is empty or does not exist/],
  ])('exits with 1 and prints one line for %s', async (_, args, words) => {
    const { code, err, out } = await ask(...args);

    expect([code, out]).toEqual([1, '']);
    expect(err.trim().split('\n')).toEqual([expect.stringMatching(words)]);
  });

  it.each([
    ['neither a job nor a folder', [], /specify either a training job or a folder/],
    ['both', ['gold-1', '--s3-uri', root], /specify either a training job or a folder/],
    ['an invalid URI', ['--s3-uri', 'checkpoints/gold'], /does not look like s3:/],
    ['a limit of 0', ['gold-1', '--limit', '0'], /whole number from 1/],
  ])('exits with 2 on a usage error: %s', async (_, args, words) => {
    expect(await ask(...args)).toMatchObject({ code: 2, out: '', err: expect.stringMatching(words) });
  });
});
