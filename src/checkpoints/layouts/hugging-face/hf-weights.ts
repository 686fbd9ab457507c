import { append } from '../../../ports/collections.ts';
import type { StoredFile } from '../../../ports/ports.ts';
import type { CheckpointFinding, Findings } from '../../checkpoint-finding.ts';
import type { CheckpointView } from '../../checkpoint-view.ts';
import { checkFile, findingsOf } from '../../formats/check-file.ts';
import { checkSafetensors, type SafetensorsHeader } from '../../formats/safetensors.ts';
import { acrossShards, expectedShards, readIndex } from '../../formats/sharded-index.ts';
import { checkTorchZip } from '../../formats/torch-zip.ts';

/**
 * The forms of weights in the order in which loaders prefer them; they read the first and no other.
 * https://github.com/huggingface/transformers/blob/main/src/transformers/trainer.py (_load_from_checkpoint)
 */
const forms: readonly (readonly [
  name: string,
  check: (view: CheckpointView, name: string) => Promise<Findings>,
])[] = [
  ['model.safetensors', ifThere(checkSafetensors)],
  ['pytorch_model.bin', ifThere(checkTorchZip)],
  ['adapter_model.safetensors', ifThere(checkSafetensors)],
  ['adapter_model.bin', ifThere(checkTorchZip)],
  ['model.safetensors.index.json', checkIndexed],
  ['pytorch_model.bin.index.json', checkIndexed],
];
const shard = /^(?:[\w-]*model-\d{5}-of-\d{5}\.safetensors|pytorch_model-\d{5}-of-\d{5}\.bin)$/;
/** PEFT writes one folder for each adapter but the default one. */
const namedAdapter = /^[^/]+\/adapter_model\.(safetensors|bin)$/;

/** Checks the form that is loaded; damage to another one is only worth a note. */
export async function checkWeights(view: CheckpointView): Promise<Findings> {
  const adapters = [...view.files.keys()].filter((name) => namedAdapter.test(name));
  const present = forms.filter(([name]) => view.files.has(name));
  if (present.length === 0 && adapters.length === 0) return missingWeights(view);
  const findings: Findings = [];
  for (const [index, [name, check]] of present.entries())
    append(findings, index === 0 ? await check(view, name) : (await check(view, name)).map(unread));
  for (const name of adapters)
    append(findings, await ifThere(name.endsWith('.bin') ? checkTorchZip : checkSafetensors)(view, name));
  return findings;
}

/** Checks weights that the trainer does not load, because DeepSpeed or FSDP keeps its own. */
export async function checkUnreadWeights(view: CheckpointView): Promise<Findings> {
  const present = forms.filter(([name]) => view.files.has(name));
  const findings: Findings = [];
  for (const [name, check] of present) append(findings, (await check(view, name)).map(unread));
  return findings;
}

function unread(finding: CheckpointFinding): CheckpointFinding {
  if (finding.severity === 'note') return finding;
  return { ...finding, severity: 'note', says: `${finding.says}; training resumes without reading it` };
}

function ifThere(read: typeof checkTorchZip): (view: CheckpointView, name: string) => Promise<Findings> {
  return async (view, name) => {
    const file = view.files.get(name);
    return file === undefined ? [] : checkFile(view, file, read, 'weights');
  };
}

function missingWeights({ files }: CheckpointView): Findings {
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

/** Checks an index and every shard that it names. */
export async function checkIndexed(view: CheckpointView, name: string): Promise<Findings> {
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
