import { type Stored, sparse, stored } from './bucket.ts';
import { torchZip } from './torch-zip.ts';

/** The shape of a checkpoint; bytes are totals. */
export interface Shape {
  readonly step: number;
  readonly shards: number;
  readonly weightBytes: number;
  readonly optimizerBytes: number;
}

/** The Trainer logs about one entry per step, which makes trainer_state.json long. */
const logEntries = 1_300;
/** One per GPU of an ml.p4d.24xlarge. */
const processes = 8;

const modules = [
  'self_attn.q_proj',
  'self_attn.k_proj',
  'self_attn.v_proj',
  'self_attn.o_proj',
  'mlp.gate_proj',
  'mlp.up_proj',
  'mlp.down_proj',
  'input_layernorm',
  'post_attention_layernorm',
] as const;

/** A model of 80 layers. */
const tensors = Array.from({ length: 80 }, (_, layer) =>
  modules.map((name) => `model.layers.${layer}.${name}.weight`),
).flat();

/** The files of a sharded checkpoint of the Hugging Face Trainer, by name. */
export function sparseCheckpoint(shape: Shape): ReadonlyMap<string, Stored> {
  const { step, shards, optimizerBytes } = shape;
  const rows = Math.floor(shape.weightBytes / tensors.length / 16_384);
  const each = Math.ceil(tensors.length / shards);
  const weightMap: Record<string, string> = {};
  const files = new Map<string, Stored>();
  for (let shard = 0; shard < shards; shard += 1) {
    const held = tensors.slice(shard * each, (shard + 1) * each);
    const name = `model-${numbered(shard + 1)}-of-${numbered(shards)}.safetensors`;
    for (const tensor of held) weightMap[tensor] = name;
    files.set(name, safetensors(held, rows));
  }
  const index = { metadata: { total_size: tensors.length * rows * 16_384 }, weight_map: weightMap };
  files.set('model.safetensors.index.json', json(index));
  // AdamW keeps two tensors per model tensor.
  files.set('optimizer.pt', torchZip('optimizer', 2 * tensors.length, optimizerBytes / 2 / tensors.length));
  files.set('scheduler.pt', torchZip('scheduler', 0, 0));
  for (let rank = 0; rank < processes; rank += 1)
    files.set(`rng_state_${rank}.pth`, torchZip(`rng_state_${rank}`, 2, 5_056));
  files.set('trainer_state.json', json(trainerState(step)));
  files.set('config.json', json({ architectures: ['LlamaForCausalLM'], num_hidden_layers: 80 }));
  files.set('tokenizer.json', sparse(9_085_657, Buffer.from('{')));
  files.set('training_args.bin', torchZip('training_args', 0, 0));
  return files;
}

function numbered(number: number): string {
  return String(number).padStart(5, '0');
}

function json(value: unknown): Stored {
  return stored(Buffer.from(JSON.stringify(value, null, 2)));
}

/** https://github.com/huggingface/safetensors#format */
function safetensors(names: readonly string[], rows: number): Stored {
  const bytes = rows * 16_384;
  const header = Object.fromEntries(
    names.map((name, n) => [
      name,
      { dtype: 'BF16', shape: [rows, 8_192], data_offsets: [n * bytes, (n + 1) * bytes] },
    ]),
  );
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const start = Buffer.concat([length, text]);
  return sparse(start.length + names.length * bytes, start);
}

function trainerState(step: number): unknown {
  return {
    epoch: 0.5,
    global_step: step,
    log_history: Array.from({ length: logEntries }, (_, n) => ({
      epoch: 0.5,
      grad_norm: 0.4375 + n / 1e6,
      learning_rate: 1e-6,
      loss: 0.0123 + n / 1e6,
      reward: 0.71 + n / 1e5,
      step: Math.max(1, step - logEntries + n + 1),
    })),
    max_steps: 10 * step,
  };
}
