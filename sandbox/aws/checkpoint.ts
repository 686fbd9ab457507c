import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Bucket } from './bucket.ts';

const seedFolder = fileURLToPath(new URL('../seed/checkpoint/', import.meta.url));

/** The order in which the Hugging Face Trainer writes a checkpoint. The last file marks it as complete. */
export const writeOrder = [
  'config.json',
  'generation_config.json',
  'model.safetensors',
  'chat_template.jinja',
  'tokenizer.json',
  'tokenizer_config.json',
  'optimizer.pt',
  'scheduler.pt',
  'rng_state.pth',
  'trainer_state.json',
] as const;

const seedFiles = new Map<string, Promise<Buffer>>();

/** Read once, because all checkpoints of all jobs consist of them. The bytes are shared, so they must not be changed. */
async function seedFile(name: string): Promise<Buffer> {
  const bytes = seedFiles.get(name) ?? readFile(`${seedFolder}${name}`);
  seedFiles.set(name, bytes);
  return bytes;
}

/** One file of a checkpoint: the seed's bytes, with this step and batch size in trainer_state.json. */
export async function fileAt(name: string, step: number, batch = 8): Promise<Buffer> {
  const bytes = await seedFile(name);
  if (name !== 'trainer_state.json') return bytes;
  const state = JSON.parse(bytes.toString()) as { log_history: Record<string, unknown>[] };
  const last = state.log_history.at(-1) ?? {};
  return Buffer.from(
    JSON.stringify(
      { ...state, global_step: step, log_history: [{ ...last, step }], train_batch_size: batch },
      null,
      2,
    ),
  );
}

/** The highest-numbered folder. Like get_last_checkpoint of transformers, this looks only at the name. */
export async function latestStep(bucket: Bucket, root: string): Promise<number | undefined> {
  const steps = (await bucket.names(root))
    .flatMap((name) => /^checkpoint-(\d+)\//.exec(name)?.[1] ?? [])
    .map(Number);
  return steps.length === 0 ? undefined : Math.max(...steps);
}

/** The state that a trainer loads from a checkpoint. Its batch size overrides the requested one. */
export interface Loaded {
  readonly step: number;
  readonly batch: number | undefined;
}

/** Loads a checkpoint as the trainer would, or returns the libraries' error message for a broken one. */
export async function load(bucket: Bucket, folder: string): Promise<Loaded | { readonly error: string }> {
  const weights = await bucket.get(`${folder}model.safetensors`);
  if (weights === undefined)
    return { error: `ValueError: Can't find a valid checkpoint at ${local(folder)}` };
  const wrong = weightsError(weights) ?? (await stateFilesError(bucket, folder));
  if (wrong !== undefined) return { error: wrong };
  const state = await bucket.get(`${folder}trainer_state.json`);
  if (state === undefined)
    return {
      error: `FileNotFoundError: [Errno 2] No such file or directory: '${local(folder)}/trainer_state.json'`,
    };
  try {
    const { global_step: step, train_batch_size: batch } = JSON.parse(state.toString()) as State;
    return { step, batch: batch ?? undefined };
  } catch {
    return {
      error: `json.decoder.JSONDecodeError: Expecting ',' delimiter: line 12 column 3 (char 254)\n  File "transformers/trainer_callback.py", in TrainerState.load_from_json trainer_state.json`,
    };
  }
}

interface State {
  readonly global_step: number;
  /** https://github.com/huggingface/transformers/issues/43708: the Trainer in the seed's image continues with this value. */
  readonly train_batch_size?: number | null;
}

/** Format: 8 bytes of header length, the header, then data up to the last offset (https://github.com/huggingface/safetensors). */
function weightsError(bytes: Buffer): string | undefined {
  const headerError = (detail: string): string =>
    `SafetensorError: Error while deserializing header: ${detail}`;
  if (bytes.length < 8) return headerError('header too small');
  const length = bytes.readBigUInt64LE(0);
  if (length > 100_000_000n) return headerError('header too large');
  if (8n + length > BigInt(bytes.length)) return headerError('invalid header length');
  try {
    const header = JSON.parse(bytes.subarray(8, 8 + Number(length)).toString()) as Record<
      string,
      { data_offsets?: [number, number] }
    >;
    const end = Math.max(0, ...Object.values(header).map((tensor) => tensor.data_offsets?.[1] ?? 0));
    return 8 + Number(length) + end === bytes.length
      ? undefined
      : headerError('incomplete metadata, file not fully covered');
  } catch {
    return headerError('invalid JSON in header');
  }
}

/** The trainer ignores missing optimizer, scheduler and RNG files, but fails on broken ones. */
async function stateFilesError(bucket: Bucket, folder: string): Promise<string | undefined> {
  for (const name of ['optimizer.pt', 'scheduler.pt', 'rng_state.pth']) {
    const bytes = await bucket.get(`${folder}${name}`);
    if (bytes === undefined) continue;
    if (bytes.length === 0) return 'EOFError';
    if (bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1')) >= 0) {
      // The loader checks the CRC of each record. Every intact file in the sandbox is a copy of the seed's.
      if (bytes.equals(await seedFile(name))) continue;
      return 'RuntimeError: PytorchStreamReader failed reading file data/1: file read failed';
    }
    return name === 'rng_state.pth'
      ? 'OSError: [Errno 22] Invalid argument'
      : 'RuntimeError: PytorchStreamReader failed reading zip archive: failed finding central directory. This is likely because the file was cut';
  }
  return undefined;
}

function local(folder: string): string {
  return `/opt/ml/checkpoints/${folder.replace(/\/$/, '').split('/').at(-1) ?? ''}`;
}
