import { z } from 'zod';

/** What a thread can show: a picture, a document, a piece of a log. */
const FileType = z.enum(['image/png', 'text/markdown', 'text/plain']);
export type FileType = z.infer<typeof FileType>;

/** A file by its content's hash: small enough for the journal, which never holds the bytes. */
export const KeptFile = z.object({
  /** With its ending, e.g. `gpu-memory.png`. */
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/),
  /** What stands above it in the thread; without one, its name. */
  title: z.string().optional(),
  /** What a picture shows, for people who do not see it. */
  alt: z.string().optional(),
  type: FileType,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** In bytes. */
  size: z.number().int().positive(),
});
export type KeptFile = z.infer<typeof KeptFile>;

/**
 * Files for the incident's thread. An action keeps the bytes here and puts what it gets back into its output under
 * `files`, with a title and, for a picture, an `alt`: then they appear once, below the step's message.
 */
export interface Files {
  /** Of 1 byte to 5 MB; throws `file-unusable`. The same bytes are kept once. */
  readonly keep: (name: string, type: FileType, bytes: Uint8Array) => Promise<KeptFile>;
}
