import { expect, it } from 'vitest';
import { allScenarios, scenarios } from '../../sandbox/scenarios.ts';
import { loadCatalog, shippedCatalog } from '../../src/playbooks/catalog.ts';

it('the demo has a scenario for every playbook, and none for a playbook that does not exist', async () => {
  const { list } = await loadCatalog([shippedCatalog]);
  const ids = ['none', ...list.map(({ id }) => id)];

  expect(Object.keys(await allScenarios()).toSorted()).toEqual(ids.toSorted());
  expect(ids).toEqual(expect.arrayContaining(Object.keys(scenarios)));
});
