import { count } from '../../in-words.ts';

/** The result of a format reader for one file. */
export interface FormatCheck {
  /** Why the trainer will fail on the file. Empty if its structure is intact. */
  readonly problems: readonly string[];
  /** Why the structure could not be fully checked. The file then counts as neither good nor bad. */
  readonly unchecked?: string;
}

export const whole: FormatCheck = { problems: [] };

export function broken(...problems: readonly string[]): FormatCheck {
  return { problems };
}

/** A pointer is short text, less than 1,024 bytes: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md */
export const maxPointerBytes = 1024;

/** Damage that is independent of the format. `bytes` are the first bytes of the file. */
export function commonDamage(size: number, bytes: Uint8Array): string | undefined {
  if (size === 0) return 'is empty (0 bytes)';
  if (size >= maxPointerBytes) return undefined;
  const isPointer = ascii(bytes.subarray(0, 26)) === 'version https://git-lfs.gi';
  return isPointer ? `is a Git LFS pointer (${count(size)} bytes), not the file itself` : undefined;
}

export function cut(promised: number, size: number): string {
  return `was truncated: its header declares ${count(promised)} bytes, the object has ${count(size)}`;
}

export function ascii(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
