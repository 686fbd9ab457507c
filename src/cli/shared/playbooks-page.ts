import { roleWords } from '../../bot/views/words.ts';
import type { Catalog, CatalogEntry } from '../../playbooks/catalog.ts';
import type { Step } from '../../playbooks/define/steps.ts';
import { failureWords } from '../../ports/failure-kind.ts';

/** A picture of a playbook; `path` is relative to the page. */
export interface Picture {
  readonly playbook: string;
  readonly path: string;
  readonly shows: string;
}

/** The page that describes each playbook. All of it comes from the catalog. */
export function catalogInMarkdown({ list }: Catalog, pictures: readonly Picture[]): string {
  const sorted = list.toSorted((one, other) => one.playbook.title.localeCompare(other.playbook.title));
  return `${[
    '# The playbooks',
    'Generated from the catalog by `npm run docs`. Edit the playbooks in `src/playbooks/catalog`, not this page.',
    'Steps marked *reads* or *records* run automatically as soon as their inputs exist. Steps marked *changes* show the AWS request and wait for the approvals that the tier requires. Steps marked *asks* are done by a person.',
    table(sorted),
    ...sorted.flatMap((entry) =>
      section(
        entry,
        pictures.filter(({ playbook }) => playbook === entry.id),
      ),
    ),
  ].join('\n\n')}\n`;
}

function table(list: readonly CatalogEntry[]): string {
  const rows = list.map(
    ({ id, playbook }) =>
      `| [${playbook.title}](#${id}) | \`${id}\` | ${playbook.handles.map((kind) => failureWords[kind]).join(', ') || 'only when a person starts it'} |`,
  );
  return ['| Playbook | ID for `/relight start` | Starts automatically for |', '|---|---|---|', ...rows].join(
    '\n',
  );
}

function section({ id, playbook }: CatalogEntry, pictures: readonly Picture[]): string[] {
  return [
    `<a id="${id}"></a>`,
    `## ${playbook.title}`,
    playbook.summary,
    playbook.steps.map((step, index) => `${index + 1}. ${stepLine(step)}`).join('\n'),
    ...pictures.map(({ path, shows }) => `![${shows}](${path})`),
  ];
}

function stepLine(step: Step): string {
  const { title, says, how } = wordsOf(step);
  const may = step.when === undefined ? '' : ' Skipped with a reason if it is not needed.';
  return `**${title}** (*${how}*): ${says}${may}`;
}

function wordsOf(step: Step): { readonly title: string; readonly says: string; readonly how: string } {
  if (step.kind === 'manual') {
    const { title, asks, approver } = step.manual;
    return { title, says: asks, how: `asks ${roleWords[approver]}` };
  }
  const { action } = step;
  if (action.effect !== 'change') return { title: action.title, says: action.does, how: 'reads' };
  const form = action.adjust === undefined ? '' : ` The “${action.adjust.button}” form offers other values.`;
  return {
    title: action.title,
    says: `${action.does}${form}`,
    how: `changes, needs approval by at least ${roleWords[action.approver]}`,
  };
}
