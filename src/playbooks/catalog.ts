import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { z } from 'zod';
import { OpsError } from '../errors.ts';
import { FailureKind, type Playbook, Role } from './define.ts';

export interface CatalogEntry {
  /** The file's name without its ending, e.g. `spot-interruption`. */
  readonly id: string;
  readonly playbook: Playbook;
}

export interface Catalog {
  readonly list: readonly CatalogEntry[];
  readonly get: (id: string) => Playbook | undefined;
  /** The playbook that names this kind in `handles`. */
  readonly handling: (kind: FailureKind) => CatalogEntry | undefined;
}

const callback = z.custom<unknown>((value) => typeof value === 'function', 'must be a function');
const text = z.string().trim().min(1);
const Keyed = z.object({
  key: z.string().regex(/^[a-z][a-z0-9-]{0,40}$/, 'must be lower case, at most 41 letters'),
});
const ReadShape = z.object({
  effect: z.literal('read'),
  name: text,
  title: text,
  does: text,
  run: callback,
  report: callback,
});
const ChangeShape = ReadShape.extend({
  effect: z.literal('change'),
  approver: Role,
  button: text,
  preview: callback,
});
const FieldShape = z.object({
  key: text,
  label: text,
  kind: z.enum(['text', 'paragraph', 'choice', 'date']),
});
const ManualShape = z.object({
  title: text,
  asks: text,
  button: text,
  approver: Role,
  fields: z.array(FieldShape).min(1),
});
const StepShape = z.discriminatedUnion('kind', [
  Keyed.extend({
    kind: z.literal('action'),
    action: z.discriminatedUnion('effect', [ReadShape, ChangeShape]),
    inputFrom: callback,
  }),
  Keyed.extend({ kind: z.literal('manual'), manual: ManualShape }),
]);
const PlaybookShape = z.object({
  title: text,
  summary: text,
  handles: z.array(FailureKind).min(1),
  steps: z.array(StepShape).min(1),
  recovered: callback,
});

/** The folder of the playbooks that ship with Relight. */
export const shippedCatalog: string = fileURLToPath(new URL('./catalog/', import.meta.url));

/** Reads every playbook of the folders, checks its shape, and refuses two that share an id or a failure kind. */
export async function loadCatalog(folders: readonly string[]): Promise<Catalog> {
  const files = (await Promise.all(folders.map(playbookFiles))).flat();
  const list = await Promise.all(files.map(loadEntry));
  refuseClashes(list);
  const byId = new Map(list.map((entry) => [entry.id, entry.playbook]));
  return {
    list,
    get: (id) => byId.get(id),
    handling: (kind) => list.find((entry) => entry.playbook.handles.includes(kind)),
  };
}

async function playbookFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new OpsError('playbook-invalid', `the folder ${folder} cannot be read`, { cause });
  });
  return names
    .filter((name) => /(?<!\.d)\.(ts|js)$/.test(name))
    .toSorted()
    .map((name) => join(folder, name));
}

async function loadEntry(file: string): Promise<CatalogEntry> {
  const id = file.replace(/^.*[\\/]/, '').replace(/\.(ts|js)$/, '');
  const exported: unknown = await import(pathToFileURL(file).href).catch((cause: unknown) => {
    throw new OpsError('playbook-invalid', `${file} does not load: ${String(cause)}`, { cause });
  });
  const playbook = z.object({ playbook: z.unknown() }).safeParse(exported).data?.playbook;
  const checked = PlaybookShape.safeParse(playbook);
  if (!checked.success)
    throw new OpsError(
      'playbook-invalid',
      `${file}: ${z.prettifyError(checked.error).replaceAll('\n', ' ')}`,
    );
  // The shape was checked on the line above; the parsed copy is dropped because zod strips what it does not name.
  return { id, playbook: playbook as Playbook };
}

function refuseClashes(list: readonly CatalogEntry[]): void {
  const seen = new Map<string, string>();
  for (const { id, playbook } of list) {
    const keys = playbook.steps.map((step) => step.key);
    if (new Set(keys).size < keys.length)
      throw new OpsError('playbook-invalid', `${id} has two steps of one name`);
    for (const claim of [id, ...playbook.handles.map((kind) => `the failure kind ${kind}`)]) {
      const other = seen.get(claim);
      if (other !== undefined)
        throw new OpsError('playbook-invalid', `${id} and ${other} both claim ${claim}`);
      seen.set(claim, id);
    }
  }
}
