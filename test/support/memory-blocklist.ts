import { BlockRequest } from '../../src/checkpoints/blocking/block-request.ts';
import type { Block, Blocklist, BlocklistDesk, S3Uri } from '../../src/ports/ports.ts';

/** A blocklist in memory. `put` blocks without an approval, as earlier versions of Relight did. */
export interface MemoryBlocklist extends Blocklist, BlocklistDesk {
  readonly put: (block: Block) => void;
}

export function memoryBlocklist(): MemoryBlocklist {
  const blocked = new Map<S3Uri, Block>();
  return {
    put: (block) => void blocked.set(block.checkpoint, block),
    block: async (request, token) => {
      token.requireApproved(request);
      await token.confirm();
      const { Block: checkpoints, Reason: why, CodeFingerprint: code } = BlockRequest.parse(request);
      for (const checkpoint of checkpoints) blocked.set(checkpoint, { checkpoint, why, code });
    },
    among: async (uris, code) =>
      new Map(
        [...blocked.values()]
          .filter((block) => uris.includes(block.checkpoint) && (block.code ?? code) === code)
          .map(({ checkpoint, why }) => [checkpoint, why]),
      ),
    list: async () => [...blocked.values()],
    unblock: async (checkpoint) => blocked.delete(checkpoint),
  };
}
