import { createFiles } from '../../src/outbox/kept-files.ts';
import type { Files } from '../../src/ports/files.ts';

/** In-memory files for actions, with the real checks. Stored files are in `kept`, by the hash of their content. */
export interface FakeFiles extends Files {
  readonly kept: ReadonlyMap<string, Uint8Array>;
}

export function fakeFiles(): FakeFiles {
  const kept = new Map<string, Uint8Array>();
  const put = async (sha256: string, bytes: Uint8Array): Promise<void> => void kept.set(sha256, bytes);
  return { ...createFiles({ put }, undefined), kept };
}
