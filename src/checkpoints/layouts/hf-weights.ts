import { append } from '../../ports/collections.ts';
import type { StoredFile } from '../../ports/ports.ts';
import type { CheckpointFinding, Findings } from '../checkpoint-finding.ts';
import type { CheckpointView } from '../checkpoint-view.ts';
import { checkFile, findingsOf } from '../formats/check-file.ts';
import { checkSafetensors, type SafetensorsHeader } from '../formats/safetensors.ts';
import { acrossShards, expectedShards, readIndex } from '../formats/sharded-index.ts';
import { checkTorchZip } from '../formats/torch-zip.ts';

/** Names the Trainer looks for: https://github.com/huggingface/transformers/blob/main/src/transformers/trainer.py */
const wholeSafetensors = ['model.safetensors', 'adapter_model.safetensors'];
const wholeTorch = ['pytorch_model.bin', 'adapter_model.bin'];
const indexes = ['model.safetensors.index.json', 'pytorch_model.bin.index.json'];
const shard = /^(?:model-\d{5}-of-\d{5}\.safetensors|pytorch_model-\d{5}-of-\d{5}\.bin)$/;

/** `elsewhere`: the weights may be in a folder of DeepSpeed or FSDP only. */
export async function checkWeights(view: CheckpointView, elsewhere = false): Promise<Findings> {
  const findings: Findings = [];
  for (const name of wholeSafetensors) append(findings, await ifThere(view, name, checkSafetensors));
  for (const name of wholeTorch) append(findings, await ifThere(view, name, checkTorchZip));
  for (const name of indexes) append(findings, await checkIndexed(view, name));
  return [...findings, ...(elsewhere ? [] : missingWeights(view))];
}

async function ifThere(view: CheckpointView, name: string, read: typeof checkTorchZip): Promise<Findings> {
  const file = view.files.get(name);
  return file === undefined ? [] : checkFile(view, file, read, 'weights');
}

function missingWeights({ files }: CheckpointView): Findings {
  if ([...wholeSafetensors, ...wholeTorch, ...indexes].some((name) => files.has(name))) return [];
  const names = [...files.keys()];
  if (names.some((name) => shard.test(name)))
    return [
      {
        file: 'model.safetensors.index.json',
        severity: 'invalid',
        says: 'is missing: the shards cannot be loaded without it',
      },
    ];
  const says = 'is missing, as are all other forms of weights';
  return [{ file: 'model.safetensors', severity: 'invalid', says }];
}

async function checkIndexed(view: CheckpointView, name: string): Promise<Findings> {
  const file = view.files.get(name);
  if (file === undefined) return [];
  const { index, ...check } = await readIndex(view.open(file));
  const expected = expectedShards(
    [...view.files.keys()].filter((each) => shard.test(each)),
    index,
  );
  const { findings, headers } = await checkShards(view, expected);
  const complete = index !== undefined && headers.size === expected.length;
  const problems = complete ? acrossShards(index, headers) : [];
  return [...findingsOf(view, file, { ...check, problems: [...check.problems, ...problems] }), ...findings];
}

interface Shards {
  readonly findings: readonly CheckpointFinding[];
  /** Headers of the shards that could be read. */
  readonly headers: ReadonlyMap<string, SafetensorsHeader>;
}

async function checkShards(view: CheckpointView, expected: readonly string[]): Promise<Shards> {
  const findings: Findings = [];
  const headers = new Map<string, SafetensorsHeader>();
  for (const name of expected) {
    const file = view.files.get(name);
    append(findings, file === undefined ? [missing(name)] : await checkShard(view, file, headers));
  }
  return { findings, headers };
}

async function checkShard(
  view: CheckpointView,
  file: StoredFile,
  headers: Map<string, SafetensorsHeader>,
): Promise<Findings> {
  if (file.name.endsWith('.bin')) return checkFile(view, file, checkTorchZip, 'weights');
  const read: typeof checkSafetensors = async (open) => {
    const check = await checkSafetensors(open);
    if (check.header !== undefined) headers.set(file.name, check.header);
    return check;
  };
  return checkFile(view, file, read, 'weights');
}

function missing(name: string): CheckpointFinding {
  return {
    file: name,
    severity: 'invalid',
    says: 'is missing: the index or the shard numbering requires it',
  };
}
