import { createFiles } from '../../src/outbox/kept-files.ts';
import type { Files } from '../../src/ports/files.ts';

/** Files as actions see them, with the same refusals; what was kept stands in `kept`, by the hash of its content. */
export interface FakeFiles extends Files {
  readonly kept: ReadonlyMap<string, Uint8Array>;
}

export function fakeFiles(): FakeFiles {
  const kept = new Map<string, Uint8Array>();
  const put = async (sha256: string, bytes: Uint8Array): Promise<void> => void kept.set(sha256, bytes);
  return { ...createFiles({ put }, undefined), kept };
}
