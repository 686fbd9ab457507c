import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkConfig } from '../../src/config/environment.ts';
import { goodEnvironment } from '../support/run-relight.ts';

describe('the S3 locations of relight.yaml', () => {
  function problemsWith(from: string, to: string): readonly string[] {
    const yaml = readFileSync('relight.example.yaml', 'utf8');
    const path = join(mkdtempSync(join(tmpdir(), 'relight-')), 'relight.yaml');
    writeFileSync(path, yaml.replace(from, to));
    const checked = checkConfig({ ...goodEnvironment, AUDIT_BUCKET: 'srl-rlvr-audit', RELIGHT_CONFIG: path });
    return 'problems' in checked ? checked.problems : [];
  }
  const gold = 'data: { schema: auto, token_limit: 4096 }';
  const withPrefixes = (uri: string): string => `${gold}\n    s3: { checkpoints: ["${uri}"] }`;

  it('may be outside of the audit bucket, also in one whose name begins the same', () => {
    expect(problemsWith(gold, withPrefixes('s3://srl-rlvr-audit-2/x/'))).toEqual([]);
  });

  it.each([
    ['tiers.gold.s3.checkpoints', gold, withPrefixes('s3://srl-rlvr-audit/x/'), 's3://srl-rlvr-audit/x/'],
    [
      's3.recovery',
      's3://srl-rlvr-training/checkpoints-recovery/',
      's3://srl-rlvr-audit/',
      's3://srl-rlvr-audit/',
    ],
  ])('are refused in the audit bucket: %s', (key, from, to, uri) => {
    expect(problemsWith(from, to)).toContain(
      `${key} ${uri} is in AUDIT_BUCKET, which is for Relight's own records: choose another bucket`,
    );
  });

  it('are refused with .. in them', () => {
    expect(problemsWith(gold, withPrefixes('s3://srl-rlvr-training/a/../b/'))).toContain(
      'tiers.gold.s3.checkpoints s3://srl-rlvr-training/a/../b/ contains the folder name ..',
    );
  });
});
