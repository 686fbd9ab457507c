import { OpsError } from '../../errors.ts';
import { policyOfAction } from '../../playbooks/define/action.ts';
import type { Catalog } from '../../playbooks/loaded-playbooks.ts';
import type { AutopilotSetting } from './setting.ts';

/** Throws `config-invalid` for the first entry whose step does not exist, changes nothing, or changes production. */
export function refuseSettings(
  settings: readonly AutopilotSetting[],
  catalog: Pick<Catalog, 'get' | 'list'>,
): void {
  for (const [index, setting] of settings.entries()) {
    const wrong = wrongIn(setting, catalog);
    if (wrong !== undefined)
      throw new OpsError('config-invalid', `relight.yaml: autopilot.${index}.${wrong}`);
  }
}

function wrongIn(
  { playbook: id, step: key, mode }: AutopilotSetting,
  catalog: Pick<Catalog, 'get' | 'list'>,
): string | undefined {
  const playbook = catalog.get(id);
  if (playbook === undefined)
    return `playbook: there is no playbook “${id}”; the playbooks are ${catalog.list.map((one) => one.id).join(', ')}`;
  const changes = playbook.steps.flatMap((step) =>
    step.kind === 'action' && step.action.effect === 'change' ? [{ key: step.key, action: step.action }] : [],
  );
  const found = changes.find((step) => step.key === key);
  if (found === undefined) {
    const steps = changes.length === 0 ? 'it has none' : changes.map((step) => step.key).join(', ');
    return `step: “${key}” is no step of ${id} that changes something: ${steps}`;
  }
  const acts = mode === 'veto' || mode === 'auto';
  return acts && policyOfAction(found.action).policyClass === 'production'
    ? `mode: “${key}” of ${id} changes production, which people approve: use suggest or off`
    : undefined;
}
