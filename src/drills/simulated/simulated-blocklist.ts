import { z } from 'zod';
import { BlockRequest } from '../../checkpoints/blocking/block-request.ts';
import type { Blocklist } from '../../ports/ports.ts';
import type { Simulation } from '../simulation.ts';

const field = 'block ';
const Stored = z.object({ why: z.string(), code: z.string() });

/** The blocklist of one drill: no other incident sees its blocks. */
export function simulatedBlocklist({ store }: Simulation): Blocklist {
  return {
    block: async (request, token) => {
      token.requireApproved(request);
      await token.confirm();
      const { Block: checkpoints, Reason: why, CodeFingerprint: code } = BlockRequest.parse(request);
      for (const checkpoint of checkpoints)
        await store.putOnce(`${field}${checkpoint}`, JSON.stringify({ why, code }));
    },
    among: async (checkpoints, code) => {
      const stored = await store.all();
      return new Map(
        checkpoints.flatMap((checkpoint) => {
          const value = stored.get(`${field}${checkpoint}`);
          const block = value === undefined ? undefined : Stored.parse(JSON.parse(value));
          return block?.code === code ? [[checkpoint, block.why] as const] : [];
        }),
      );
    },
  };
}
