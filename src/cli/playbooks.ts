import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { playbookFolders } from '../config/environment.ts';
import { asOpsError, OpsError } from '../errors.ts';
import { type Catalog, loadCatalog, shippedCatalog } from '../playbooks/catalog.ts';
import type { Step } from '../playbooks/define.ts';
import { catalogInMarkdown, type Picture } from './shared/playbooks-page.ts';
import { printLines, printResult, printText } from './shared/print.ts';
import { shellLine } from './shared/remedies.ts';

interface AsJson {
  readonly json?: boolean;
}

export function addPlaybookCommands(program: Command, finish: (code: number) => void): void {
  const playbooks = program
    .command('playbooks')
    .description('the built-in playbooks and those in RELIGHT_PLAYBOOKS');
  playbooks.command('list').description('list all playbooks').option('--json', 'print JSON').action(list);
  playbooks
    .command('show <playbook>')
    .description('show the steps of a playbook')
    .option('--json', 'print JSON')
    .action(show);
  playbooks
    .command('check')
    .description('load and validate every playbook; exit 1 if one is invalid')
    .action(async () => finish(await check()));
  playbooks
    .command('docs')
    .description('print a Markdown page that describes every playbook')
    .option('--pictures <folder>', 'pictures to include, named <playbook>-<number>-<what-it-shows>.png')
    .action(docs);
}

async function docs({ pictures }: { readonly pictures?: string }): Promise<void> {
  printText(catalogInMarkdown(await open(), await picturesIn(pictures)));
}

/** Finds pictures by file name, so that no separate list is needed. */
async function picturesIn(folder: string | undefined): Promise<Picture[]> {
  const names = folder === undefined ? [] : await readdir(folder);
  return names.toSorted().flatMap((name) => {
    const [, playbook, shows] = /^([a-z-]+?)-\d+-([a-z-]+)\.png$/.exec(name) ?? [];
    if (playbook === undefined || shows === undefined) return [];
    return [{ playbook, shows: shows.replaceAll('-', ' '), path: `${basename(folder ?? '')}/${name}` }];
  });
}

async function list({ json }: AsJson): Promise<void> {
  const rows = (await open()).list.map(({ id, playbook }) => ({
    id,
    title: playbook.title,
    handles: playbook.handles,
  }));
  printResult(
    json,
    rows,
    rows.map((row) => `${row.id}  ${row.title}  (${row.handles.join(', ')})`),
  );
}

async function show(id: string, { json }: AsJson): Promise<void> {
  const playbook = (await open()).get(id);
  if (playbook === undefined) throw new OpsError('playbook-unknown', id);
  const { title, summary, handles } = playbook;
  const steps = playbook.steps.map(describeStep);
  printResult(json, { id, title, summary, handles, steps }, [
    `${title}: ${summary}`,
    ...steps.map((step, at) => `${at + 1}. ${step.key} (${step.effect}) ${step.title}: ${step.says}`),
  ]);
}

async function check(): Promise<0 | 1> {
  const checked = await open().catch(asOpsError);
  const bad = checked instanceof OpsError;
  printLines([
    bad ? shellLine(checked) : `${checked.list.length} valid: ${checked.list.map(({ id }) => id).join(', ')}`,
  ]);
  return bad ? 1 : 0;
}

function open(): Promise<Catalog> {
  return loadCatalog([shippedCatalog, ...playbookFolders()]);
}

function describeStep(step: Step): { key: string; effect: string; title: string; says: string } {
  if (step.kind === 'manual')
    return { key: step.key, effect: 'by a person', title: step.manual.title, says: step.manual.asks };
  const { effect, title, does } = step.action;
  return { key: step.key, effect, title, says: does };
}
