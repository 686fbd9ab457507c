import { UnrecoverableError } from 'bullmq';
import { beforeEach, describe, expect, it } from 'vitest';
import { createProofs } from '../../src/audit/proofs.ts';
import { newKeys } from '../../src/config/keys/new-keys.ts';
import { keysIn } from '../../src/config/keys/proof-keys.ts';
import { createPayloads, type Payloads } from '../../src/queue/payloads.ts';

const proofs = createProofs(keysIn({ ...newKeys() }));
const job = { incident: 'rl-1', step: 'resumed', attempt: 1 };

describe('the payload of a job', () => {
  let payloads: Payloads;
  let proven: ReturnType<typeof prove>;
  const prove = (one: Payloads) => one.prove('steps', job);

  beforeEach(() => {
    payloads = createPayloads(proofs);
    proven = prove(payloads);
  });

  it('is opened as it was, by every process of this installation', () => {
    expect(payloads.open('steps', proven)).toEqual(job);
    expect(proven).toEqual({
      ...job,
      v: 1,
      mac: proofs.mac('queue', [
        'steps',
        '1',
        JSON.stringify({ attempt: 1, incident: 'rl-1', step: 'resumed' }),
      ]),
    });
    expect(payloads.open('steps', payloads.prove('steps', proven))).toEqual(job);
  });

  it.each<readonly [string, string, (payload: typeof proven) => unknown]>([
    ['is for another queue', 'outbox', (payload) => payload],
    ['has another value', 'steps', (payload) => ({ ...payload, attempt: 2 })],
    ['has one more field', 'steps', (payload) => ({ ...payload, more: 1 })],
    ['has another version', 'steps', (payload) => ({ ...payload, v: 2 })],
    ['has a wrong proof', 'steps', (payload) => ({ ...payload, mac: 'AAAA' })],
    ['has no proof', 'steps', () => ({ ...job, v: 1 })],
    ['has no version', 'steps', ({ mac }) => ({ ...job, mac })],
    ['has nothing', 'steps', () => undefined],
    ['has a proof that is no text', 'steps', (payload) => ({ ...payload, mac: 7 })],
  ])('is refused for good if it %s', (_, queue, change) => {
    expect(() => payloads.open(queue, change(proven))).toThrow(UnrecoverableError);
    expect(() => payloads.open(queue, change(proven))).toThrow(queue);
  });

  it('needs no proof while an upgrade lasts, but never a wrong one', () => {
    const upgrading = createPayloads(proofs, () => true);

    expect(upgrading.open('steps', job)).toEqual(job);
    expect(upgrading.open('steps', { ...job, v: 1 })).toEqual(job);
    expect(() => upgrading.open('steps', { ...proven, attempt: 2 })).toThrow(UnrecoverableError);
  });
});
