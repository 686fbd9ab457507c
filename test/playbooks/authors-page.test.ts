import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePorts, startDemo } from '../support/a-demo.ts';
import { waitForClose, waitForIncident, walk } from '../support/a-walk.ts';
import { awsLedger } from '../support/aws-ledger.ts';
import { runRelight } from '../support/run-relight.ts';

/** Follows docs/authors.md exactly, in an empty folder. */

const page = await readFile('docs/authors.md', 'utf8');
const files = [...page.matchAll(/^\*\*`([^`]+)`\*\*.*\n\n```\w+\n([\s\S]*?)^```/gm)];
const [prepare = '', check = '', demo = '', ship = ''] = [...page.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(
  ([, block]) => block,
);

let folder: string;
const env = { ...process.env, RELIGHT: process.cwd() };

async function run(block: string, cwd: string): Promise<string> {
  const { stdout } = await promisify(execFile)('sh', ['-ec', block], { cwd, env });
  return stdout;
}

beforeAll(async () => {
  const empty = await mkdtemp(join(tmpdir(), 'relight-authors-'));
  await run(prepare, empty);
  folder = join(empty, 'own-playbooks');
  for (const [, name = '', text = ''] of files) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
});

afterAll(async () => rm(dirname(folder), { recursive: true }));

it('the seven files compile, their test passes, and Relight loads the playbook', async () => {
  const output = await run(check, folder);

  expect(files).toHaveLength(7);
  expect(output).toMatch(/^# pass 1$/m);
  expect(output).toMatch(/^\d+ valid: .*stop-runaway-job/m);
  expect(output).toMatch(/^\d+ valid: .*restore-by-state-machine/m);
  expect(output).toMatch(/^2\. stopped \(change\) Stop the job/m);
});

it('the compiled folder loads into the compiled Relight', async () => {
  await run(ship, folder);

  const ran = await runRelight(['playbooks', 'check'], { RELIGHT_PLAYBOOKS: join(folder, 'dist') });
  expect(ran).toMatchObject({ code: 0, out: expect.stringContaining('stop-runaway-job') });
});

it('the sandbox starts the playbook, and an approval stops the job', async () => {
  const started = await startDemo(
    `cd ${folder} && export RELIGHT=${process.cwd()} && ${demo.trim()} ${await freePorts()}`,
  );
  try {
    const card = await waitForIncident(started, /srl-rlvr-silver-20251103/, 60_000);
    await walk(started, card, [
      { fillIn: 'Say whether it is broken', answers: { broken: 'it is broken: go on with the playbook' } },
      { click: 'Stop the job' },
      { fillIn: 'Document' },
    ]);

    expect(await waitForClose(started, card)).toMatch(/srl-rlvr-silver-20251103/);
    const { calls } = await awsLedger(started);
    expect(calls.filter(({ operation }) => operation === 'StopTrainingJob')).toHaveLength(1);
  } finally {
    await started.close();
  }
});
