import { GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ellipticKeyArn, headKeyArn } from '../../sandbox/aws/signing-keys.ts';
import type { RelightProcess } from '../../sandbox/relight-process.ts';
import { archivedLines } from '../support/archived-lines.ts';
import { addFault, awsLedger } from '../support/aws-ledger.ts';
import { createTestCore } from '../support/core.ts';
import { putObject } from '../support/put-object.ts';
import { expectOneLine, type Ran, runRelight } from '../support/run-relight.ts';
import { until } from '../support/until.ts';
import { createWorld, type World } from '../support/world.ts';

/** So many entries get a head at once, without waiting for the minute. */
const entries = 100;
const head = 'heads/workspace/00000099.json';

/** A bot and a worker that have only their roles of deploy/iam. */
describe('heads of the archive with RELIGHT_HEAD_KEY_ARN', () => {
  let world: World;
  let bot: RelightProcess;
  const own = { RELIGHT_HEAD_KEY_ARN: headKeyArn };
  const relight = async (
    args: readonly string[],
    changes: Readonly<Record<string, string>> = own,
  ): Promise<Ran> => runRelight(args, { ...world.environment(), ...changes });
  const verify = async (changes?: Readonly<Record<string, string>>): Promise<Ran> =>
    relight(['audit', 'verify', '--vault-only'], changes);
  const headsWritten = async (): Promise<readonly unknown[]> =>
    (await awsLedger(world)).calls
      .filter(
        ({ operation, request }) => operation === 'PutObject' && String(request['path']).includes('/heads/'),
      )
      .map(({ request }) => request['path']);
  const ready = async (): Promise<{
    readonly status: number;
    readonly archived?: string;
    readonly heads?: string;
  }> => {
    const port = /port (\d+)/.exec(bot.output())?.[1];
    const response = await fetch(`http://127.0.0.1:${port}/readyz`);
    return { status: response.status, ...((await response.json()) as object) };
  };

  beforeAll(async () => {
    world = await createWorld();
    await addFault(world, { service: 'kms', operation: 'Sign', kind: 'access-denied', count: 100_000 });
    const start = async (role: 'bot' | 'worker', key: string): Promise<RelightProcess> =>
      world.start(role, { environment: { ...own, AWS_ACCESS_KEY_ID: key } });
    bot = await start('bot', 'AKIARELIGHTBOT');
    await start('worker', 'AKIARELIGHTOBSERVER');
    const core = createTestCore(world.redis.client);
    for (let entry = 0; entry < entries; entry += 1)
      await core.refusedCommands.add({ type: 'journal-refused', incident: `rl-${entry}`, why: 'a test' });
  });
  afterAll(async () => world.close());

  it('wait while KMS denies the signature: entries are archived, /readyz tells the reason and stays ready, and doctor names the permission', async () => {
    await until(async () => (await ready()).heads, '/readyz of the bot to tell why heads are not signed');
    await until(async () => (await archivedLines(world, 'workspace')).length >= entries, 'the archive');
    const { status, heads } = await ready();
    const { out, code } = await relight(['doctor'], { ...own, RELIGHT_ROLE: 'bot' });

    expect(status).toBe(200);
    expect(heads).toMatch(
      /^not signed since 20\S+Z: .*Sign arn:aws:kms:.* not authorized to perform: kms:Sign/,
    );
    expect(bot.output()).toContain('the heads of the archive could not be signed; Relight tries again');
    expect(await headsWritten()).toEqual([]);
    expect(out).toMatch(/^ok {2}aws: kms:GetPublicKey /m);
    expect(out).toMatch(/^BAD aws: kms:Sign .*\n.*Add the permission kms:Sign to Relight's role/m);
    expect(code).toBe(1);
  });

  it('are written once KMS signs again, each with a call in the ledger, and `relight audit verify` accepts them', async () => {
    await fetch(`${world.region.url}/_sandbox/faults`, { method: 'DELETE' });
    await until(async () => (await headsWritten()).length > 0, 'a head in the vault');
    await until(async () => (await ready()).heads === undefined, '/readyz to tell no trouble anymore');
    const signed = (await awsLedger(world)).calls.filter(({ service }) => service === 'kms');

    expect(await headsWritten()).toEqual([`/srl-rlvr-audit/${head}`]);
    expect(signed).toMatchObject([{ operation: 'Sign', request: { KeyId: headKeyArn } }]);
    expect(Buffer.from(String(signed[0]?.request['Message']), 'base64').toString()).toMatch(
      /^\["relight",1,"head","workspace","99",/,
    );
    expect(await verify()).toMatchObject({
      code: 0,
      err: '',
      out: expect.stringContaining('1 signed heads'),
    });
    expect(
      await relight(['doctor'], { ...own, RELIGHT_ROLE: 'bot', AWS_ACCESS_KEY_ID: 'AKIARELIGHTBOT' }),
    ).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^ok {2}aws: kms:Sign /m),
    });
  });

  it('are verified without AWS KMS with the public key that it gave, for heads alone or for all', async () => {
    const kms = new KMSClient({
      endpoint: world.region.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    const { PublicKey = new Uint8Array() } = await kms.send(new GetPublicKeyCommand({ KeyId: headKeyArn }));
    kms.destroy();
    const key = Buffer.from(PublicKey).toString('base64');
    await addFault(world, { service: 'kms', operation: '*', kind: 'access-denied', count: 100_000 });

    expect(await verify({ RELIGHT_HEAD_VERIFY_KEY: key })).toMatchObject({ code: 0, err: '' });
    expect(await verify({ RELIGHT_VERIFY_KEY: key })).toMatchObject({ code: 0, err: '' });
    const unknown = await verify({});
    expect(unknown).toMatchObject({ code: 1, err: expect.stringContaining('RELIGHT_HEAD_VERIFY_KEY') });
    expectOneLine(unknown, 'head: workspace: the head of entry 99 is not signed');
    expectOneLine(await verify(), `GetPublicKey ${headKeyArn}`, 'kms:GetPublicKey');
    await fetch(`${world.region.url}/_sandbox/faults`, { method: 'DELETE' });
  });

  it('cannot be signed by a key of another spec: doctor and verify say so in one line', async () => {
    const other = { RELIGHT_HEAD_KEY_ARN: ellipticKeyArn };
    const spec = /has the spec ECC_NIST_P256 .*; heads need a key of spec ECC_NIST_EDWARDS25519/;

    expectOneLine(await verify(other), spec);
    const { out } = await relight(['doctor'], { ...other, RELIGHT_ROLE: 'bot' });
    expect(out).toMatch(/^BAD aws: kms:GetPublicKey /m);
    expect(out).toMatch(spec);
  });

  it('are found if somebody forged them', async () => {
    const lines = await archivedLines(world, 'workspace');
    const { hash } = z.object({ hash: z.string() }).parse(JSON.parse(lines.at(-1) ?? ''));
    const forged = { at: Date.now(), hash, journal: 'workspace', lines: '0'.repeat(64), seq: 99 };
    const signature = Buffer.alloc(64).toString('base64');
    const where = { Bucket: 'srl-rlvr-audit', Key: head };
    await putObject(world.region.url, where, Buffer.from(JSON.stringify({ ...forged, signature })));

    const { code, err } = await verify();

    expect(err).toContain(
      'head: workspace: the head of entry 99 is not signed by a process that takes clicks',
    );
    expect(code).toBe(1);
  });
});
