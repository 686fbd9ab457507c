import type { IncidentStore } from '../journal/store.ts';
import { type Incident, isOpen, isWarning } from '../model/incident.ts';

/** The open warnings that nobody has begun to see to. */
export interface Warnings {
  /** Their jobs. */
  readonly jobs: () => Promise<ReadonlySet<string>>;
  /** Closes the warning about a job that is out of danger, unless somebody has begun with it: then it is theirs. */
  readonly calm: (job: string, why: string) => Promise<void>;
}

export interface WarningParts {
  readonly store: IncidentStore;
  /** Has the thread say so. */
  readonly advance: (incident: string) => Promise<void>;
}

export function createWarnings({ store, advance }: WarningParts): Warnings {
  const open = async (): Promise<Incident[]> => {
    const incidents = await Promise.all((await store.ids('open')).map((id) => store.load(id)));
    return incidents.filter(isUntouched);
  };
  return {
    jobs: async () => new Set((await open()).map(({ subject }) => subject)),
    calm: async (job, why) => {
      for (const { id } of (await open()).filter(({ subject }) => subject === job)) {
        await end(store, id, why);
        await advance(id);
      }
    },
  };
}

/** Decided on the present state: a person may have pressed since. */
async function end(store: IncidentStore, id: string, why: string): Promise<void> {
  await store.transact(id, (present) => ({
    events: isUntouched(present)
      ? [
          { type: 'recovered', how: why },
          { type: 'closed', why },
        ]
      : [],
    answer: undefined,
  }));
}

/** Another playbook that was started by a person, or by a failure, is more than a warning. */
function isUntouched(incident: Incident): boolean {
  const { kind, earlier, touched, recovered } = incident;
  return isOpen(incident) && recovered === undefined && isWarning(kind) && !touched && earlier.length === 0;
}
