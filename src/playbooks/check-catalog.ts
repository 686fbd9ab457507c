import { OpsError } from '../errors.ts';
import { keyInRun } from './define/run-keys.ts';
import type { HandOver, Results, Step } from './define.ts';
import { type Catalog, type CatalogEntry, namedBy } from './loaded-playbooks.ts';

/** The checks that need the whole catalog, because one playbook names another. Throws `playbook-invalid`. */
export function checkCatalog(catalog: Catalog): void {
  refuseMissingHandOvers(catalog);
  refuseCollidingKeys(catalog.list);
}

/** A hand-over to a playbook that does not exist would only show in the middle of an incident. */
function refuseMissingHandOvers(catalog: Catalog): void {
  for (const { id, playbook } of catalog.list) {
    for (const named of playbook.handsOverTo ?? []) {
      const { missing } = namedBy({ playbook: named, why: '' }, catalog);
      if (missing !== undefined)
        throw new OpsError('playbook-invalid', `${id}, handsOverTo: ${missing}; correct the name`);
    }
    for (const { results, where } of possibleResults(playbook.steps)) {
      const handOver = handOverAfter(() => playbook.handOver?.(results));
      const missing = handOver && namedBy(handOver, catalog).missing;
      if (missing !== undefined) throw new OpsError('playbook-invalid', `${id}${where}: ${missing}`);
    }
  }
}

interface Possible {
  readonly results: Results;
  readonly where: string;
}

/** The results before any step, and after each choice that a form offers. */
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

/** Undefined if the hand-over needs results of other steps: it cannot be checked without them. */
function handOverAfter(ask: () => HandOver | undefined): HandOver | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}

/** Step keys of an incident's later playbooks get a number, so a key must not look like the numbered form of another. */
function refuseCollidingKeys(list: readonly CatalogEntry[]): void {
  const keys = new Set(list.flatMap(({ playbook }) => playbook.steps.map(({ key }) => key)));
  for (const { id, playbook } of list)
    for (const { key } of playbook.steps) {
      const [, base = '', number = ''] = /^(.+)-(\d{1,4})$/.exec(key) ?? [];
      if (keys.has(base) && Number(number) > 1 && keyInRun(base, Number(number)) === key)
        throw new OpsError(
          'playbook-invalid',
          `${id}: the step key ${key} is taken by a second run of the step ${base}; choose another key`,
        );
    }
}
