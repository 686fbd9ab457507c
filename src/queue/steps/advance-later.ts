import { asOpsError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Advance } from './advance.ts';

export interface Follow {
  /** Has the incident act on what was recorded, behind the back of whoever recorded it. */
  readonly follow: (incident: string) => void;
  /** Resolves when nothing is to be done any more. */
  readonly idle: () => Promise<void>;
}

export interface FollowParts {
  readonly advance: Advance;
  readonly hurry: Advance;
  /** Resolves when there is time for it; alarms that wait to be taken in go first. */
  readonly lull: () => Promise<void>;
  readonly log: Log;
}

/** So many at a time: in a storm, taking alarms in goes first. */
const most = 2;

/** A hundred pieces of news of one incident cost what two do. What a crash leaves undone, the sweep does. */
export function createFollow({ advance, hurry, lull, log }: FollowParts): Follow {
  const patient = new Map<string, Promise<void>>();
  const waiting = new Set<string>();
  const underWay = new Map<string, Promise<void>>();
  const goOn = (): void => {
    for (const incident of waiting) {
      if (underWay.size >= most) return;
      if (underWay.has(incident)) continue;
      waiting.delete(incident);
      underWay.set(incident, bringForward(incident));
    }
  };
  const bringForward = async (incident: string): Promise<void> => {
    try {
      await advance(incident);
      await hurry(incident);
    } catch (error) {
      log.warn({ incident, error: asOpsError(error).line }, 'the sweep will bring it forward');
    }
    underWay.delete(incident);
    goOn();
  };
  const startInLull = async (incident: string): Promise<void> => {
    await lull();
    patient.delete(incident);
    waiting.add(incident);
    goOn();
  };
  return {
    follow: (incident) => {
      if (!patient.has(incident)) patient.set(incident, startInLull(incident));
    },
    idle: async () => {
      while (patient.size + underWay.size > 0) await Promise.all([...patient.values(), ...underWay.values()]);
    },
  };
}
