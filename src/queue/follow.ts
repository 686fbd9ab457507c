import { asOpsError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Advance } from './advance.ts';

export interface Follow {
  /** Has the incident act on what was recorded, behind the back of whoever recorded it. */
  readonly follow: (incident: string) => void;
  /** Resolves when nothing is under way. */
  readonly idle: () => Promise<void>;
}

export interface FollowParts {
  readonly advance: Advance;
  readonly hurry: Advance;
  readonly log: Log;
}

/** A hundred pieces of news of one incident cost what two do. What a crash leaves undone, the sweep does. */
export function createFollow({ advance, hurry, log }: FollowParts): Follow {
  const underWay = new Map<string, Promise<void>>();
  const again = new Set<string>();
  const run = async (incident: string): Promise<void> => {
    do {
      again.delete(incident);
      await advance(incident)
        .then(async () => hurry(incident))
        .catch((error: unknown) =>
          log.warn({ incident, error: asOpsError(error).line }, 'the sweep will bring it forward'),
        );
    } while (again.has(incident));
    underWay.delete(incident);
  };
  return {
    follow: (incident) => {
      if (underWay.has(incident)) again.add(incident);
      else underWay.set(incident, run(incident));
    },
    idle: async () => {
      while (underWay.size > 0) await Promise.all(underWay.values());
    },
  };
}
