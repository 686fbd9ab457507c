import { OpsError } from '../../errors.ts';
import type { Info } from './ask-server.ts';

/** BullMQ only warns about a policy that evicts keys. A lost key is a lost job, so Relight refuses to start. */
export function requireNoEviction(memory: Info): void {
  const policy = memory.get('maxmemory_policy') ?? 'unknown';
  if (policy !== 'noeviction')
    throw new OpsError('redis-policy', `maxmemory-policy is ${policy}; it must be noeviction`);
}

/** A replica answers READONLY to every write. */
export function requirePrimary(replication: Info): void {
  if (replication.get('role') !== 'slave') return;
  const primary = `${replication.get('master_host') ?? 'another Redis'}:${replication.get('master_port') ?? ''}`;
  throw new OpsError('redis-read-only', `REDIS_URL points at a replica of ${primary}`);
}

/**
 * Acknowledged clicks and the journal are only in Redis, so a restart must not lose them. `server`, `persistence` and
 * `replication` of INFO. Throws `redis-not-durable`.
 *
 * ElastiCache denies CONFIG, and has no append-only file since Redis 2.8.22; there the replicas keep the data:
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/FaultTolerance.html
 */
export function requireDurable(info: Info): void {
  if (info.get('aof_enabled') === '1') return;
  const service = info.get('os') ?? '';
  if (!service.startsWith('Amazon ')) throw new OpsError('redis-not-durable', 'appendonly is off');
  if (info.get('connected_slaves') === '0')
    throw new OpsError('redis-not-durable', `${service} without a replica; add one with Multi-AZ`);
}
