import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { OpsError } from '../errors.ts';
import { checkCatalog } from './check-catalog.ts';
import { checkPlaybook } from './check-playbook.ts';
import type { Catalog, CatalogEntry } from './loaded-playbooks.ts';
import { root } from './own-files.ts';
import { resolveRelightImports } from './relight-imports.ts';

export type { Catalog, CatalogEntry } from './loaded-playbooks.ts';

const shippedActions = fileURLToPath(new URL('playbooks/actions/', root));

/** The folder of the playbooks that ship with Relight. */
export const shippedCatalog: string = fileURLToPath(new URL('playbooks/catalog/', root));

/**
 * Loads every playbook of the folders and checks it alone and against the others. If two folders claim a failure kind,
 * the later one gets it, so that an operator's own playbook takes it over from one that ships with Relight.
 */
export async function loadCatalog(folders: readonly string[]): Promise<Catalog> {
  if (folders.some((folder) => folder !== shippedCatalog)) resolveRelightImports();
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

/** The playbooks of one folder. Its actions are files of its folder `actions`, or those that ship with Relight. */
async function loadFolder(folder: string): Promise<CatalogEntry[]> {
  const files = await modulesIn(folder).catch((cause: unknown) => {
    throw new OpsError('playbook-invalid', `the folder ${folder} cannot be read`, { cause });
  });
  const actions = byName([
    ...(await modulesIn(shippedActions)),
    ...(await modulesIn(join(folder, 'actions')).catch(() => [])),
  ]);
  return Promise.all(
    files.map(async (file) => {
      const entry = await loadEntry(file);
      await refuseMisnamedActions(entry, file, actions);
      return entry;
    }),
  );
}

/** A file name with a second dot, such as `x.test.ts` or `x.d.ts`, is not a playbook. */
async function modulesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => /^[^.]+\.(ts|js)$/.test(name))
    .toSorted()
    .map((name) => join(folder, name));
}

/** Built once, because every step of every playbook looks up an action. */
function byName(files: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const file of files) found.set(nameOf(file), [...(found.get(nameOf(file)) ?? []), file]);
  return found;
}

async function loadEntry(file: string): Promise<CatalogEntry> {
  const checked = checkPlaybook(await load(file));
  if ('wrong' in checked) throw new OpsError('playbook-invalid', `${file}: ${checked.wrong}`);
  return { id: nameOf(file), playbook: checked.playbook };
}

function nameOf(file: string): string {
  return file.replace(/^.*[\\/]/, '').replace(/\.(ts|js)$/, '');
}

async function load(file: string): Promise<object> {
  try {
    return await import(pathToFileURL(file).href);
  } catch (cause) {
    const why = cause instanceof OpsError ? cause.detail : `it does not load: ${String(cause)}`;
    throw new OpsError('playbook-invalid', `${file}: ${why}`, { cause });
  }
}

/** People look up an action's file by the name that they read in the journal or the log, so the two must be equal. */
async function refuseMisnamedActions(
  { playbook }: CatalogEntry,
  file: string,
  actions: ReadonlyMap<string, readonly string[]>,
): Promise<void> {
  for (const step of playbook.steps) {
    if (step.kind === 'manual') continue;
    const { name } = step.action;
    const candidates = await Promise.all((actions.get(name) ?? []).map(load));
    if (candidates.some((exported) => Object.values(exported).includes(step.action))) continue;
    throw new OpsError(
      'playbook-invalid',
      `${file}, step ${step.key}: its action “${name}” is not exported by actions/${name}.ts; give the action the name of its file`,
    );
  }
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
