import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** One file per kind of violation. */
const planted = {
  'src/checkpoints/planted.ts': "export { definePlaybook } from '../playbooks/define.ts';\n",
  'src/incidents/planted.ts': "export { createBot } from '../bot/app.ts';\n",
  'src/relaunch/planted.ts': "export { S3Client } from '@aws-sdk/client-s3';\n",
  'src/alarms/planted.ts': "export { Redis } from 'ioredis';\n",
  'src/outbox/planted.ts': "export { webApi } from '@slack/bolt';\n",
  'src/drills/planted.ts': "export { createTraining } from '../aws/training/training.ts';\n",
  'src/utils/planted.ts': 'export const useful = 1;\n',
  'src/helpers.ts': "export { loadCatalog } from './playbooks/catalog.ts';\n",
  'src/ports/planted.ts': "export { other } from './planted-too.ts';\nexport const one = 1;\n",
  'src/ports/planted-too.ts': "export { one } from './planted.ts';\nexport const other = 2;\n",
} as const;

describe('npm run check:architecture', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'relight-architecture-'));
    for (const path of ['src', '.ci', 'tsconfig.json', 'package.json'])
      cpSync(path, join(folder, path), { recursive: true });
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    for (const [path, text] of Object.entries(planted)) {
      mkdirSync(join(folder, path, '..'), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('refuses an upward import, a package outside its folder, a cycle, and a folder or file on no floor', () => {
    const { stdout, status } = spawnSync('node', ['--import', 'tsx', '.ci/check-architecture.ts'], {
      cwd: folder,
      encoding: 'utf8',
    });

    expect(status).toBe(1);
    for (const problem of [
      'checkpoints-imports-only-what-is-below: src/checkpoints/planted.ts -> src/playbooks/define.ts',
      'incidents-imports-only-what-is-below: src/incidents/planted.ts -> src/bot/app.ts',
      'only-aws-imports-the-aws-sdk: src/relaunch/planted.ts',
      'only-redis-the-queue-the-outbox-and-the-journal-import-redis: src/alarms/planted.ts',
      'only-bot-imports-slack: src/outbox/planted.ts',
      'drills-imports-only-what-is-below: src/drills/planted.ts -> src/aws/training/training.ts',
      'src/utils is on no floor',
      'src/helpers.ts is on no floor',
      'root-files-import-sanitize-only: src/helpers.ts',
      'no-cycles: src/ports/planted',
      'planted.ts is the name of two files',
    ])
      expect(stdout).toContain(problem);
  });
});
