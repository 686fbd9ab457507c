import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Demo, freePorts, runToEnd, startDemo } from '../support/a-demo.ts';
import { waitForIncident, walk } from '../support/a-walk.ts';
import { launches } from '../support/aws-ledger.ts';
import { until } from '../support/until.ts';

let demo: Demo | undefined;
let taken: Server | undefined;
afterEach(async () => {
  await demo?.close();
  taken?.close();
  demo = undefined;
});

async function aTakenPort(): Promise<number> {
  const server = createServer();
  taken = server;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** The demo command from the README's "Try it" line. */
function commandOfReadme(): string {
  const line = /^apt-get update .*npm run demo.*$/m.exec(readFileSync('README.md', 'utf8'))?.[0] ?? '';
  const command = line.split('&&').at(-1)?.trim() ?? '';
  expect(command).toBe('npm run demo');
  return command;
}

/** Uses ports 3000, 4566 and 8080. If another program uses one of them, this test fails with the demo's message. */
it('the README’s demo command opens the incident described in the README, and Resume training launches one job', async () => {
  demo = await startDemo(commandOfReadme());
  const here = demo;
  expect(here.slack.url).toBe('http://127.0.0.1:3000');
  const card = await waitForIncident(here, /srl-rlvr-gold-20251104/, 30_000 - (Date.now() - here.readyAt));
  await walk(here, card, [{ click: 'Resume training' }]);

  const [launch, ...more] = await until(
    async () => {
      const all = await launches(here);
      return all.length > 0 && all;
    },
    'the launch',
    60_000,
  );
  expect(launch?.TrainingJobName).toMatch(/^srl-rlvr-gold-20251104-r1-/);
  expect(more).toEqual([]);
});

describe('the demo', () => {
  it.each([
    ['Relight', '.cache/relight/cli/relight.js'],
    ['Redis', 'redis-server'],
    ['The stand-in for Slack', 'bin/local-slack'],
  ])(
    'exits with an error when %s dies, and says in one line what died, how, and what to do',
    async (name, process) => {
      demo = await startDemo(`npm run -s demo -- --scenario none ${await freePorts()}`);
      demo.kill(process);

      expect(await demo.ended).toBe(1);
      const lines = demo.output().split('\n');
      const [message, ...more] = lines.filter((line) => line.includes('ended unexpectedly'));
      expect(message).toMatch(
        new RegExp(`^${name} ended unexpectedly \\(signal SIGKILL\\), so the demo stops\\. `),
      );
      expect(message).toMatch(/tart the demo again with `npm run demo`\.$/);
      expect(more).toEqual([]);
    },
  );

  it('reports the exit code and the last output of Relight when Relight cannot start', async () => {
    const ports = (await freePorts()).replace(/--http-port \d+/, `--http-port ${await aTakenPort()}`);
    const { code, output } = await runToEnd(`npm run -s demo -- --scenario none ${ports}`);

    expect(code).toBe(1);
    expect(output).toMatch(/^Relight ended unexpectedly \(exit code 1\).* Its last line: .*PORT/m);
  });

  it.each(['--slack-port', '--aws-port'])(
    'says which option to change when the port of %s is taken',
    async (option) => {
      const port = await aTakenPort();
      const ports = (await freePorts()).replace(new RegExp(`${option} \\d+`), `${option} ${port}`);
      const { code, output } = await runToEnd(`npm run -s demo -- --scenario none ${ports}`);

      expect(code).toBe(1);
      expect(output).toContain(
        `port ${port} is taken by another program: stop that program, or choose another port with \`npm run demo -- ${option} PORT\`.`,
      );
    },
  );
});
