import { describe, expect, it } from 'vitest';
import { readInfo } from '../../../src/redis/server/ask-server.ts';
import { requireDurable } from '../../../src/redis/server/requirements.ts';

const info = (...lines: readonly string[]) => readInfo(lines.join('\r\n'));

describe('a Redis that must keep acknowledged clicks', () => {
  it('may have an append-only file', () => {
    expect(() => requireDurable(info('os:Linux 6.1', 'aof_enabled:1', 'connected_slaves:0'))).not.toThrow();
  });

  it('may be an ElastiCache with a replica, which has no append-only file and denies CONFIG', () => {
    expect(() =>
      requireDurable(info('os:Amazon ElastiCache', 'aof_enabled:0', 'connected_slaves:1')),
    ).not.toThrow();
  });

  it('is refused as an ElastiCache of one node, which loses everything with it', () => {
    const alone = info('os:Amazon ElastiCache', 'aof_enabled:0', 'connected_slaves:0');
    expect(() => requireDurable(alone)).toThrow(
      /Amazon ElastiCache without a replica; add one with Multi-AZ/,
    );
  });

  it('is refused as a plain server without an append-only file, whatever its replicas', () => {
    const plain = info('os:Linux 6.1', 'aof_enabled:0', 'connected_slaves:2');
    expect(() => requireDurable(plain)).toThrow(/appendonly is off/);
  });
});
