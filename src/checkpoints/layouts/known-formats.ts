import { append } from '../../ports/collections.ts';
import type { StoredFile } from '../../ports/ports.ts';
import type { CheckpointFinding, Findings } from '../checkpoint-finding.ts';
import { type CheckpointView, within } from '../checkpoint-view.ts';
import { ascii } from '../formats/check.ts';
import { checkFile, eachFile, findingsOf } from '../formats/check-file.ts';
import { checkSafetensors } from '../formats/safetensors.ts';
import { checkWholeJson } from '../formats/small-files.ts';
import { checkTorchZip } from '../formats/torch-zip.ts';
import { checkDcp } from './dcp.ts';
import { checkDeepSpeed } from './deepspeed.ts';
import { checkIndexed } from './hugging-face/hf-weights.ts';

const dcpFile = /(?:^|\/)(?:\.metadata|\.metadata\.tmp|__\d+_\d+\.distcp)$/;
const deepspeedFile = /_(?:model|optim)_states\.pt$/;
const torchFile = /\.(?:pt|pth|bin|ckpt|pkl|tar)$/;
const index = /\.index\.json$/;

/** The findings in files of known formats, and the names of the files that could only be compared by size. */
export interface KnownFormats {
  readonly findings: Findings;
  readonly unread: ReadonlySet<string>;
}

/** Reads the files whose format is known by their name, wherever they lie in the checkpoint. */
export async function checkKnownFormats(view: CheckpointView): Promise<KnownFormats> {
  const findings: Findings = [];
  const unread = new Set<string>();
  for (const folder of foldersOf(view, dcpFile))
    append(
      findings,
      await checkDcp(
        within(view, () => folder),
        true,
      ),
    );
  for (const folder of foldersOf(view, deepspeedFile))
    append(findings, await checkDeepSpeed(within(view, () => folder)));
  for (const [name] of view.files) if (index.test(name)) append(findings, await checkIndex(view, name));
  const others = [...view.files].filter(([name]) => !dcpFile.test(name) && !index.test(name));
  const more = await eachFile(others, async ([, file]) => {
    if (view.opened.has(file.name)) return [];
    const found = await checkOne(view, file);
    if (found === undefined) unread.add(file.name);
    return found ?? [];
  });
  return { findings: [...findings, ...more], unread };
}

function foldersOf({ files }: CheckpointView, pattern: RegExp): string[] {
  const names = [...files.keys()].filter((name) => pattern.test(name));
  return [...new Set(names.map((name) => name.slice(0, name.lastIndexOf('/') + 1)))];
}

async function checkIndex(view: CheckpointView, name: string): Promise<readonly CheckpointFinding[]> {
  const folder = name.slice(0, name.lastIndexOf('/') + 1);
  return checkIndexed(
    within(view, () => folder),
    name.slice(folder.length),
  );
}

/** Undefined if the format is not known. Names ending in .bin or .ckpt may hold anything: their first bytes decide. */
async function checkOne(
  view: CheckpointView,
  file: StoredFile,
): Promise<readonly CheckpointFinding[] | undefined> {
  const { name } = file;
  if (name.endsWith('.safetensors')) return checkFile(view, file, checkSafetensors, 'weights');
  if (torchFile.test(name)) {
    const isTorch = /\.pth?$/.test(name) || file.size === 0 || (await startsLikeZip(view, file));
    return isTorch ? checkFile(view, file, checkTorchZip, 'state') : undefined;
  }
  return name.endsWith('.json') ? findingsOf(view, file, await checkWholeJson(view.open(file))) : undefined;
}

async function startsLikeZip(view: CheckpointView, file: StoredFile): Promise<boolean> {
  const start = (await view.open(file).range(0, 4)) ?? new Uint8Array();
  return ascii(start) === 'PK\u0003\u0004';
}
