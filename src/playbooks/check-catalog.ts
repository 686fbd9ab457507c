import { OpsError } from '../errors.ts';
import type { Results } from './define/steps.ts';
import { keyInRun } from './define/steps.ts';
import type { HandOver, Step } from './define.ts';
import type { Catalog, CatalogEntry } from './loaded-playbooks.ts';
import { namedBy } from './loaded-playbooks.ts';

/** Checks that need the whole catalog: what one playbook says about the others. Throws `playbook-invalid`. */
export function checkCatalog(catalog: Catalog): void {
  refuseMissingHandOvers(catalog);
  refuseCollidingKeys(catalog.list);
}

/** A choice that hands over to a playbook that does not exist would be lost when a person makes it. */
function refuseMissingHandOvers(catalog: Catalog): void {
  for (const { id, playbook } of catalog.list)
    for (const { results, where } of possibleResults(playbook.steps)) {
      const handOver = handOverAfter(() => playbook.handOver?.(results));
      const missing = handOver && namedBy(handOver, catalog).missing;
      if (missing !== undefined) throw new OpsError('playbook-invalid', `${id}${where}: ${missing}`);
    }
}

interface Possible {
  readonly results: Results;
  readonly where: string;
}

/** The results before any step, and those after each choice that a form offers. */
function possibleResults(steps: readonly Step[]): readonly Possible[] {
  const choices = steps.flatMap((step) =>
    step.kind === 'manual'
      ? step.manual.fields.flatMap(({ key, choices: offered = [] }) =>
          offered.map((choice) => ({
            results: { ...start, [step.key]: { [key]: choice } },
            where: `, the choice “${choice}” of its step ${step.key}`,
          })),
        )
      : [],
  );
  return [{ results: start, where: '' }, ...choices];
}

const start: Results = {
  incident: { id: '', job: '', tier: '', failedAt: 0, rtoMinutes: 0, rpoMinutes: 0, chosen: false },
};

/** A hand-over that needs results of other steps cannot be checked without them. */
function handOverAfter(ask: () => HandOver | undefined): HandOver | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}

/** Later playbooks of an incident get their step keys numbered, so a key must not look like the numbered form of another. */
function refuseCollidingKeys(list: readonly CatalogEntry[]): void {
  const keys = new Set(list.flatMap(({ playbook }) => playbook.steps.map(({ key }) => key)));
  for (const { id, playbook } of list)
    for (const { key } of playbook.steps) {
      const [, base = '', number = ''] = /^(.+)-(\d{1,4})$/.exec(key) ?? [];
      if (keys.has(base) && Number(number) > 1 && keyInRun(base, Number(number)) === key)
        throw new OpsError(
          'playbook-invalid',
          `${id}: the step key ${key} is taken, as a second run of the step ${base} has it; choose another key`,
        );
    }
}
