import { asOpsError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Advance } from './advance.ts';

export interface AdvanceLater {
  readonly advanceLater: (incident: string) => void;
  readonly idle: () => Promise<void>;
}

export interface AdvanceLaterDeps {
  readonly advance: Advance;
  readonly wake: Advance;
  /** Resolves when no alarm is waiting to be handled. */
  readonly whenIdle: () => Promise<void>;
  readonly log: Log;
}

/** How many incidents advance at a time; in a storm, alarms go first. */
const maxConcurrent = 2;

/** A hundred events of one incident cost two advances. The sweep makes up for a crash. */
export function createAdvanceLater({ advance, wake, whenIdle, log }: AdvanceLaterDeps): AdvanceLater {
  const patient = new Map<string, Promise<void>>();
  const waiting = new Set<string>();
  const underWay = new Map<string, Promise<void>>();
  const goOn = (): void => {
    for (const incident of waiting) {
      if (underWay.size >= maxConcurrent) return;
      if (underWay.has(incident)) continue;
      waiting.delete(incident);
      underWay.set(incident, bringForward(incident));
    }
  };
  const bringForward = async (incident: string): Promise<void> => {
    try {
      await advance(incident);
      await wake(incident);
    } catch (error) {
      log.warn({ incident, error: asOpsError(error).line }, 'the sweep will advance it');
    }
    underWay.delete(incident);
    goOn();
  };
  const startWhenIdle = async (incident: string): Promise<void> => {
    await whenIdle();
    patient.delete(incident);
    waiting.add(incident);
    goOn();
  };
  return {
    advanceLater: (incident) => {
      if (!patient.has(incident)) patient.set(incident, startWhenIdle(incident));
    },
    idle: async () => {
      while (patient.size + underWay.size > 0) await Promise.all([...patient.values(), ...underWay.values()]);
    },
  };
}
