import { describe, expect, it } from 'vitest';
import { machineChecks } from '../../../src/cli/shared/machine-checks.ts';
import { checkConfig } from '../../../src/config/environment.ts';
import { goodEnvironment } from '../../support/run-relight.ts';

describe('relight doctor on its machine', () => {
  function checksWith(changes: Readonly<Record<string, string>>, scanThreads?: number) {
    const checked = checkConfig({ ...goodEnvironment, ...changes });
    if ('problems' in checked) throw new Error(checked.problems.join());
    const { config } = checked;
    return machineChecks({ ...config, ...(scanThreads !== undefined && { scanThreads }) });
  }

  it('reports more scan threads than fit into memory, and how many fit', async () => {
    const check = checksWith({}, 100_000).find(({ name }) => name.includes('RELIGHT_SCAN_THREADS'));

    await expect(check?.run?.()).rejects.toThrow(
      /can use \d+ MB of the \d+ MB of this machine; set it to \d+ or less/,
    );
  });

  it('lists what it cannot check with the reason, and the signing secret only in HTTP mode', () => {
    const listed = (changes: Readonly<Record<string, string>>) =>
      checksWith(changes).flatMap(({ name, why }) => (why === undefined ? [] : [`${name}: ${why}`]));

    expect(listed({}).join('\n')).toContain('caps.instance_types');
    expect(listed({}).join('\n')).not.toContain('SLACK_SIGNING_SECRET');
    expect(listed({ SLACK_APP_TOKEN: '', SLACK_SIGNING_SECRET: 'a-signing-secret' }).join('\n')).toContain(
      'SLACK_SIGNING_SECRET belongs to the app: only a signed request from Slack can prove it',
    );
  });
});
