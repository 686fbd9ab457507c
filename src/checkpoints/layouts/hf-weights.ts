import { append } from '../../ports/collections.ts';
import type { StoredFile } from '../../ports/ports.ts';
import type { Finding } from '../checkpoint-finding.ts';
import type { Look } from '../checkpoint-view.ts';
import { checkFile, findingsOf } from '../formats/check-file.ts';
import type { Header } from '../formats/safetensors.ts';
import { checkSafetensors } from '../formats/safetensors.ts';
import { acrossShards, expectedShards, readIndex } from '../formats/sharded-index.ts';
import { checkTorchZip } from '../formats/torch-zip.ts';

/** The names that the Trainer looks for: https://github.com/huggingface/transformers/blob/main/src/transformers/trainer.py */
const wholeSafetensors = ['model.safetensors', 'adapter_model.safetensors'];
const wholeTorch = ['pytorch_model.bin', 'adapter_model.bin'];
const indexes = ['model.safetensors.index.json', 'pytorch_model.bin.index.json'];
const shard = /^(?:model-\d{5}-of-\d{5}\.safetensors|pytorch_model-\d{5}-of-\d{5}\.bin)$/;

/** `elsewhere`: they may stand in a folder of DeepSpeed or FSDP alone. */
export async function checkWeights(look: Look, elsewhere = false): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const name of wholeSafetensors) append(findings, await ifThere(look, name, checkSafetensors));
  for (const name of wholeTorch) append(findings, await ifThere(look, name, checkTorchZip));
  for (const name of indexes) append(findings, await checkIndexed(look, name));
  return [...findings, ...(elsewhere ? [] : missingWeights(look))];
}

async function ifThere(look: Look, name: string, read: typeof checkTorchZip): Promise<Finding[]> {
  const file = look.files.get(name);
  return file === undefined ? [] : checkFile(look, file, read, 'weights');
}

function missingWeights({ files }: Look): Finding[] {
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
  const says = 'is missing, and so is every other form of weights';
  return [{ file: 'model.safetensors', severity: 'invalid', says }];
}

async function checkIndexed(look: Look, name: string): Promise<Finding[]> {
  const file = look.files.get(name);
  if (file === undefined) return [];
  const { index, ...check } = await readIndex(look.open(file));
  const expected = expectedShards(
    [...look.files.keys()].filter((each) => shard.test(each)),
    index,
  );
  const { findings, headers } = await checkShards(look, expected);
  const complete = index !== undefined && headers.size === expected.length;
  const problems = complete ? acrossShards(index, headers) : [];
  return [...findingsOf(look, file, { ...check, problems: [...check.problems, ...problems] }), ...findings];
}

interface Shards {
  readonly findings: readonly Finding[];
  /** Of those shards whose header could be read. */
  readonly headers: ReadonlyMap<string, Header>;
}

async function checkShards(look: Look, expected: readonly string[]): Promise<Shards> {
  const findings: Finding[] = [];
  const headers = new Map<string, Header>();
  for (const name of expected) {
    const file = look.files.get(name);
    append(findings, file === undefined ? [missing(name)] : await checkShard(look, file, headers));
  }
  return { findings, headers };
}

async function checkShard(look: Look, file: StoredFile, headers: Map<string, Header>): Promise<Finding[]> {
  if (file.name.endsWith('.bin')) return checkFile(look, file, checkTorchZip, 'weights');
  const read: typeof checkSafetensors = async (open) => {
    const check = await checkSafetensors(open);
    if (check.header !== undefined) headers.set(file.name, check.header);
    return check;
  };
  return checkFile(look, file, read, 'weights');
}

function missing(name: string): Finding {
  return {
    file: name,
    severity: 'invalid',
    says: 'is missing: the index or the numbering of the shards asks for it',
  };
}
