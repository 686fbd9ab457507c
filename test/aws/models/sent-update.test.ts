import { describe, expect, it } from 'vitest';
import { requireNeverSent, seenOf } from '../../../src/aws/models/sent-update.ts';
import type { ServedEndpoint } from '../../../src/ports/models.ts';

const changedAt = Date.parse('2026-11-23T03:00:00Z');
const endpoint = {
  name: 'prod',
  status: 'InService',
  config: 'before',
  variants: [],
  changedAt,
} as unknown as ServedEndpoint;
const mark = { seen: '2026-11-23T03:00:00.000Z', at: Date.parse('2026-11-23T03:12:00Z'), ageMs: 20_000 };

const found = (now: Partial<ServedEndpoint>, changes: Partial<typeof mark> = {}): string => {
  try {
    requireNeverSent({ ...endpoint, ...now }, { ...mark, ...changes });
    return 'never sent';
  } catch (thrown) {
    const { code, detail } = thrown as { readonly code: string; readonly detail: string };
    return `${code}: ${detail}`;
  }
};
const is = 'prod is InService and serves before';

describe('an update of an endpoint that a worker was about to send', () => {
  it('was never sent if the endpoint is unchanged after AWS has had its time to show it', () => {
    expect(seenOf(endpoint)).toBe(mark.seen);
    expect(found({})).toBe('never sent');
    expect(found({}, { ageMs: 19_999 })).toBe(
      `outcome-unknown: ${is}; an update may have been sent at 03:12 UTC`,
    );
    expect(found({ failureReason: 'an older one' })).toBe('never sent');
  });

  it.each(['Failed', 'OutOfService', 'UpdateRollbackFailed', 'Deleting'])(
    'left the endpoint broken: %s',
    (status) => {
      expect(found({ status })).toBe(`endpoint-broken: prod is ${status} and serves before`);
    },
  );

  it.each(['Updating', 'SystemUpdating', 'RollingBack', 'Creating'])(
    'is unknown while the endpoint is %s, however long ago it was',
    (status) => {
      expect(found({ status }, { ageMs: 9e9 })).toBe(`outcome-unknown: prod is ${status} and serves before`);
    },
  );

  it('was rolled back if the endpoint has changed since, and AWS tells why', () => {
    expect(found({ changedAt: changedAt + 1, failureReason: 'ping failed' })).toBe(
      `promotion-rolled-back: ${is}: “ping failed”`,
    );
  });

  it('cannot be told from another change of the endpoint otherwise', () => {
    expect(found({ changedAt: changedAt + 1 })).toMatch(
      /^endpoint-moved: prod is InService.*after 03:12 UTC/,
    );
  });
});
