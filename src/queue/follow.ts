import { asOpsError } from '../errors.ts';
import type { Log } from '../log.ts';
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
  readonly log: Log;
}

/** So many at a time: in a storm, taking alarms in goes first. */
const most = 2;

/** A hundred pieces of news of one incident cost what two do. What a crash leaves undone, the sweep does. */
export function createFollow({ advance, hurry, log }: FollowParts): Follow {
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
  return {
    follow: (incident) => {
      waiting.add(incident);
      goOn();
    },
    idle: async () => {
      while (underWay.size > 0) await Promise.all(underWay.values());
    },
  };
}
