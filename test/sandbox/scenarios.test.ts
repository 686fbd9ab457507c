import { expect, it } from 'vitest';
import { scenarios } from '../../sandbox/scenarios.ts';
import { loadCatalog, shippedCatalog } from '../../src/playbooks/catalog.ts';

it('the demo can start with the failure of every playbook', async () => {
  const { list } = await loadCatalog([shippedCatalog]);

  expect(Object.keys(scenarios).toSorted((one, other) => one.localeCompare(other))).toEqual(
    ['none', ...list.map(({ id }) => id)].toSorted((one, other) => one.localeCompare(other)),
  );
});
