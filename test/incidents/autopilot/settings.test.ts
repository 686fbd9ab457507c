import { describe, expect, it } from 'vitest';
import { autopilotSettings } from '../../../src/config/autopilot-settings.ts';
import { Settings } from '../../../src/config/settings.ts';
import { settingsProblems } from '../../../src/config/settings-rules.ts';
import { refuseSettings } from '../../../src/incidents/autopilot/refuse-settings.ts';
import { loadCatalog, shippedCatalog } from '../../../src/playbooks/catalog.ts';
import { exampleSettings } from '../../support/core.ts';

const entry = { playbook: 'spot-interruption', step: 'resumed', tier: 'bronze', mode: 'veto' };

function withEntries(...autopilot: readonly unknown[]): Settings {
  return Settings.parse({ ...exampleSettings(), autopilot });
}

describe('the settings of Autopilot', () => {
  it('are off without an entry, and a veto lasts 5 minutes', () => {
    expect(exampleSettings().autopilot).toEqual([]);
    expect(autopilotSettings(withEntries(entry))).toEqual([{ ...entry, waitMinutes: 5, promoteAfter: 5 }]);
  });

  it('may not name a tier that does not exist, or one step twice', () => {
    expect(settingsProblems(withEntries(entry))).toEqual([]);
    expect(settingsProblems(withEntries({ ...entry, tier: 'bronce' }))).toMatchObject([
      { path: ['autopilot', 0, 'tier'], message: 'names no tier: the tiers are gold, silver, bronze' },
    ]);
    expect(settingsProblems(withEntries(entry, { ...entry, mode: 'auto' }))).toMatchObject([
      { path: ['autopilot', 1], message: expect.stringContaining('the same step and tier as autopilot.0') },
    ]);
  });

  it.each([
    [{ playbook: 'spot-interuption' }, /autopilot\.0\.playbook: there is no playbook “spot-interuption”/],
    [
      { step: 'resume' },
      /autopilot\.0\.step: “resume” is no step of spot-interruption that changes something: .*resumed/,
    ],
    [{ step: 'diagnosis' }, /autopilot\.0\.step: “diagnosis” is no step/],
  ])('are refused at the start if they name %o', async (wrong, says) => {
    const catalog = await loadCatalog([shippedCatalog]);
    const settings = autopilotSettings(withEntries({ ...entry, ...wrong }));
    expect(() => refuseSettings(settings, catalog)).toThrow(says);
  });

  it('may let Autopilot suggest a change of production, and nothing more', async () => {
    const catalog = await loadCatalog([shippedCatalog]);
    const steps = catalog.get('model-degradation')?.steps ?? [];
    const changes = steps.filter(
      ({ kind, ...step }) => kind === 'action' && 'action' in step && step.action.effect === 'change',
    );
    const check = (step: string, mode: string) => (): void =>
      refuseSettings(
        autopilotSettings(withEntries({ playbook: 'model-degradation', step, tier: 'gold', mode })),
        catalog,
      );
    const refused = changes.map(({ key }) => key).filter((key) => throws(check(key, 'auto')));
    expect(refused).toEqual(['promoted', 'marked']);
    for (const key of refused) {
      expect(check(key, 'veto')).toThrow(/changes production, which people approve: use suggest or off/);
      expect(check(key, 'suggest')).not.toThrow();
    }
  });
});

function throws(check: () => void): boolean {
  try {
    check();
    return false;
  } catch {
    return true;
  }
}
