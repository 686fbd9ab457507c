import { loadOpen } from '../journal/readable.ts';
import type { IncidentStore } from '../journal/store.ts';
import { type Incident, isOpen, isWarning } from '../model/incident.ts';

/** The open warnings that nobody works on yet. */
export interface Warnings {
  readonly jobs: () => Promise<ReadonlySet<string>>;
  /** Closes the warning about a job that is out of danger, unless a person works on it. */
  readonly resolve: (job: string, why: string) => Promise<void>;
}

export interface WarningServices {
  readonly store: IncidentStore;
  readonly advance: (incident: string) => Promise<void>;
}

export function createWarnings({ store, advance }: WarningServices): Warnings {
  const open = async (): Promise<Incident[]> => (await loadOpen(store)).filter(isUntouched);
  return {
    jobs: async () => new Set((await open()).map(({ subject }) => subject)),
    resolve: async (job, why) => {
      for (const { id } of (await open()).filter(({ subject }) => subject === job)) {
        // Decides on the current state, because a person may have clicked since.
        await store.record(id, (present) =>
          isUntouched(present)
            ? [
                { type: 'recovered', how: why },
                { type: 'closed', why },
              ]
            : [],
        );
        await advance(id);
      }
    },
  };
}

/** A warning with a second playbook run is no longer just a warning: a person or a failure started that run. */
function isUntouched(incident: Incident): boolean {
  const { kind, earlier, touched, recovered, drill } = incident;
  return (
    drill === undefined &&
    isOpen(incident) &&
    recovered === undefined &&
    isWarning(kind) &&
    !touched &&
    earlier.length === 0
  );
}
