import type { Catalog, CatalogEntry } from '../../playbooks/catalog.ts';
import type { Step } from '../../playbooks/define/steps.ts';
import type { Role } from '../../playbooks/define.ts';

/** A picture of a playbook's key moment, by its path from the page. */
export interface Picture {
  readonly playbook: string;
  readonly path: string;
  readonly shows: string;
}

const who: Readonly<Record<Role, string>> = {
  responder: 'a responder',
  lead: 'a lead',
  'production-approver': 'a production approver',
};

/** The page that tells people what each playbook does: all of it is read from the catalogue. */
export function catalogInMarkdown({ list }: Catalog, pictures: readonly Picture[]): string {
  const sorted = list.toSorted((one, other) => one.playbook.title.localeCompare(other.playbook.title));
  return `${[
    '# The playbooks',
    'Generated from the catalogue by `npm run docs`; edit the playbooks in `src/playbooks/catalog`, not this page.',
    'Steps marked *looks* run by themselves as soon as their inputs exist. Steps marked *changes* show what would be sent to AWS and wait for the approvals that the tier asks for. Steps marked *asks* are done by a person.',
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
      `| [${playbook.title}](#${id}) | \`${id}\` | ${playbook.handles.join(', ') || 'only when a person starts it'} |`,
  );
  return ['| playbook | `/relight start` | starts by itself for |', '|---|---|---|', ...rows].join('\n');
}

function section({ id, playbook }: CatalogEntry, pictures: readonly Picture[]): string[] {
  return [
    `<a id="${id}"></a>`,
    `## ${playbook.title}`,
    playbook.summary,
    playbook.steps.map((step, index) => `${index + 1}. ${inOneLine(step)}`).join('\n'),
    ...pictures.map(({ path, shows }) => `![${shows}](${path})`),
  ];
}

function inOneLine(step: Step): string {
  const { title, says, how } = wordsOf(step);
  const may = step.when === undefined ? '' : ' Skipped, with the reason, where it is not needed.';
  return `**${title}** (*${how}*): ${says}${may}`;
}

function wordsOf(step: Step): { readonly title: string; readonly says: string; readonly how: string } {
  if (step.kind === 'manual') {
    const { title, asks, approver } = step.manual;
    return { title, says: asks, how: `asks ${who[approver]}` };
  }
  const { action } = step;
  if (action.effect !== 'change') return { title: action.title, says: action.does, how: 'looks' };
  const form = action.adjust === undefined ? '' : ` A form offers other values: “${action.adjust.button}”.`;
  return {
    title: action.title,
    says: `${action.does}${form}`,
    how: `changes, at least ${who[action.approver]} approves`,
  };
}
