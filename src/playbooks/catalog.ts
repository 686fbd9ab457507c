import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { z } from 'zod';
import { OpsError } from '../errors.ts';
import { checkCatalog } from './check-catalog.ts';
import { IncidentKind, type Playbook, Role } from './define.ts';
import type { Catalog, CatalogEntry } from './loaded-playbooks.ts';

export type { Catalog, CatalogEntry } from './loaded-playbooks.ts';

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
const NoteShape = ReadShape.extend({ effect: z.literal('note') });
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
    action: z.discriminatedUnion('effect', [ReadShape, NoteShape, ChangeShape]),
    inputFor: callback,
  }),
  Keyed.extend({ kind: z.literal('manual'), manual: ManualShape }),
]);
const PlaybookShape = z.object({
  title: text,
  summary: text,
  handles: z.array(IncidentKind),
  steps: z.array(StepShape).min(1),
  recovered: callback,
  stepsIn: callback,
});

/** The folder of the playbooks that ship with Relight. */
export const shippedCatalog: string = fileURLToPath(new URL('./catalog/', import.meta.url));

/**
 * Reads every playbook of the folders, and checks its shape and what it says about the others. A failure kind that two folders claim goes to the later one,
 * so that an operator's own playbook takes it over from one that ships with Relight.
 */
export async function loadCatalog(folders: readonly string[]): Promise<Catalog> {
  const byFolder = await Promise.all(folders.map(loadFolder));
  const list = byFolder.flat();
  refuseSame(list, ({ id }) => [id]);
  for (const entries of byFolder)
    refuseSame(entries, ({ playbook }) => playbook.handles.map((kind) => `the failure kind ${kind}`));
  const byId = new Map(list.map((entry) => [entry.id, entry.playbook]));
  const catalog: Catalog = {
    list,
    get: (id) => byId.get(id),
    handling: (kind) => list.findLast((entry) => entry.playbook.handles.includes(kind)),
  };
  checkCatalog(catalog);
  return catalog;
}

async function loadFolder(folder: string): Promise<CatalogEntry[]> {
  return Promise.all((await playbookFiles(folder)).map(loadEntry));
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
  const keys = checked.data.steps.map(({ key }) => key);
  if (new Set(keys).size < keys.length)
    throw new OpsError('playbook-invalid', `${id} has two steps of one name`);
  // The shape was checked above; the parsed copy is dropped because zod strips what it does not name.
  return { id, playbook: playbook as Playbook };
}

function refuseSame(
  list: readonly CatalogEntry[],
  claimsOf: (entry: CatalogEntry) => readonly string[],
): void {
  const seen = new Map<string, string>();
  for (const entry of list)
    for (const claim of claimsOf(entry)) {
      const other = seen.get(claim);
      if (other !== undefined)
        throw new OpsError('playbook-invalid', `${entry.id} and ${other} both claim ${claim}`);
      seen.set(claim, entry.id);
    }
}
