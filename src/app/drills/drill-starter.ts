import type { BotServices } from '../../bot/services.ts';
import { scenarioOf } from '../../drills/scenarios.ts';
import { openDrill } from '../../incidents/drills/open-drill.ts';
import type { TierObjectives } from '../../incidents/intake/failure-report.ts';
import type { Core } from '../core.ts';

/** Starts a drill as an alarm would start an incident. */
export function drillStarter(core: Omit<Core, 'close'>): BotServices['startDrill'] {
  const { config, store, catalog, clock, tierOf } = core;
  return async (drill) => {
    const scenario = scenarioOf(drill.playbook);
    const playbook = catalog.get(drill.playbook);
    if (scenario === undefined || playbook === undefined) return undefined;
    const { kind, secondaryStatus: name, failureReason: reason = '' } = scenario;
    // A playbook that only people start begins with a first look.
    const steps =
      playbook.handles.length === 0 ? playbook.stepsWhenAsked : playbook.steps.map(({ key }) => key);
    return openDrill(
      { store, region: config.region },
      {
        drill: scenario.checkpoints === 'none' ? { ...drill, losesAll: true } : drill,
        kind,
        tier: tierOf(`drill-${drill.playbook}`) ?? lastTier(core),
        alarm: { source: 'sagemaker-event', name, reason, at: clock.now() },
        plan: { id: drill.playbook, steps },
      },
    );
  };
}

/** The least urgent tier, for drills whose names no pattern of relight.yaml matches. */
function lastTier({ config }: Pick<Core, 'config'>): TierObjectives {
  const [name = '', tier] = Object.entries(config.settings.tiers).at(-1) ?? [];
  return { name, rtoMinutes: tier?.rto_minutes ?? 60, rpoMinutes: tier?.rpo_minutes ?? 60 };
}
