import { torchFile } from './torch-file.ts';

/** The files of a checkpoint as the Hugging Face Trainer writes them with this many processes; its weights are tiny. */
export function trainedFiles(step: number, ranks: number): ReadonlyMap<string, Uint8Array> {
  const random = Array.from({ length: ranks }, (_, rank) =>
    ranks === 1 ? 'rng_state' : `rng_state_${rank}`,
  );
  return new Map([
    ['config.json', json({ architectures: ['LlamaForCausalLM'], model_type: 'llama' })],
    ['model.safetensors', safetensors()],
    ['optimizer.pt', torchFile('optimizer', 4_096)],
    ['scheduler.pt', torchFile('scheduler', 64)],
    ...random.map((name) => [`${name}.pth`, torchFile(name, 64)] as const),
    ['trainer_state.json', json({ global_step: step, log_history: [{ loss: 0.4, step }], max_steps: 2_000 })],
  ]);
}

/** https://github.com/huggingface/safetensors#format */
function safetensors(): Uint8Array {
  const data = new Uint8Array(2_048);
  const tensor = { dtype: 'F32', shape: [512], data_offsets: [0, data.length] };
  const header = json({ 'model.embed_tokens.weight': tensor });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, data]);
}

function json(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
