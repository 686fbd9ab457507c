import { UnrecoverableError } from 'bullmq';
import { z } from 'zod';
import type { Proofs } from '../audit/proofs.ts';
import { OpsError } from '../errors.ts';
import { canonical } from '../ports/canonical.ts';

/** Raised when a payload changes in a way that the version before cannot read. */
const version = 1;

/**
 * Proves that this installation put a job on a queue. The journal decides what a job may do, so a forged one could only
 * waste time; it is refused all the same.
 *
 * @example await queue.add('step', payloads.prove(queues.steps, job))
 */
export interface Payloads {
  readonly prove: <Data extends object>(queue: string, data: Data) => Data & Proven;
  /** The payload; throws `UnrecoverableError`, which BullMQ does not retry, if this installation did not write it. */
  readonly open: (queue: string, payload: unknown) => unknown;
}

interface Proven {
  readonly v: number;
  readonly mac: string;
}

const Payload = z.looseObject({ v: z.number().optional(), mac: z.string().optional() });

/** `acceptsUnproven`: during an upgrade, jobs of the earlier version have no proof. */
export function createPayloads(proofs: Proofs, acceptsUnproven: () => boolean = () => false): Payloads {
  const partsOf = (queue: string, v: number, data: object): readonly string[] => [
    queue,
    String(v),
    canonical(data),
  ];
  return {
    prove: (queue, data) => {
      const { v: _v, mac: _mac, ...plain } = Payload.parse(data);
      return { ...data, v: version, mac: proofs.mac('queue', partsOf(queue, version, plain)) };
    },
    open: (queue, payload) => {
      const { v, mac, ...data } = Payload.catch({}).parse(payload);
      const isProven =
        v === undefined || mac === undefined
          ? acceptsUnproven()
          : proofs.hasMac('queue', partsOf(queue, v, data), mac);
      if (!isProven) throw forged(queue);
      return data;
    },
  };
}

function forged(queue: string): UnrecoverableError {
  const cause = new OpsError('payload-forged', queue);
  return Object.assign(new UnrecoverableError(cause.line), { cause });
}
