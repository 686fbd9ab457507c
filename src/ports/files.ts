import { z } from 'zod';

/** File types that a thread can show: a picture, a document, part of a log. */
const FileType = z.enum(['image/png', 'text/markdown', 'text/plain']);
export type FileType = z.infer<typeof FileType>;

/** Reference to a file by the hash of its content. The journal stores this, and never the bytes. */
export const KeptFile = z.object({
  /** With its extension, e.g. `gpu-memory.png`. */
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/),
  /** Shown above the file in the thread; default: its name. */
  title: z.string().optional(),
  /** Alternative text of a picture, for screen readers. */
  alt: z.string().optional(),
  type: FileType,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** In bytes. */
  size: z.number().int().positive(),
});
export type KeptFile = z.infer<typeof KeptFile>;

/**
 * Files for the incident's thread. An action stores the bytes here and puts the returned reference into its output under
 * `files`, with a title and, for a picture, an `alt`. Each file appears once, below the step's message.
 *
 * @example const log = { ...(await files.keep('log.txt', 'text/plain', bytes)), title: 'Log of algo-1' }
 */
export interface Files {
  /** Takes 1 byte to 5 MB, or throws `file-unusable`. Equal bytes are stored once. */
  readonly keep: (name: string, type: FileType, bytes: Uint8Array) => Promise<KeptFile>;
}
