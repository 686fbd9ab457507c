import type { BotServices } from '../../bot/services.ts';
import { currentReadiness } from '../../readiness/current-readiness.ts';
import type { Core } from '../core.ts';
import { drillStarter } from '../drills/drill-starter.ts';
import { drillsOf, ownReadiness } from './measure-readiness.ts';

/** What people do before something fails. */
export function preparation(core: Omit<Core, 'close'>): Pick<BotServices, 'readiness' | 'startDrill'> {
  const { readinessStore, clock } = core;
  return {
    startDrill: drillStarter(core),
    readiness: {
      current: async () => currentReadiness(readinessStore, await ownReadiness(core)),
      measureAgain: async () => readinessStore.ask(clock.now()),
      drills: async () => drillsOf(core),
    },
  };
}
