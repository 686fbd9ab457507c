import { asOpsError } from '../../errors.ts';
import { owesPostmortem, writtenWithinMs } from '../../incidents/record/postmortems.ts';
import { createFiles } from '../../outbox/kept-files.ts';
import { writeUp } from '../../postmortem/write-up.ts';
import type { Repeated } from '../../queue/repeated.ts';
import { createRecords, type NameOf } from '../../queue/steps/incident-record.ts';
import type { Core } from '../core.ts';
import type { AwsAdapters } from '../steps/aws-adapters.ts';

const minute = 60_000;
/** The newest incidents are looked at. */
const maxIncidents = 200;

/** Writes the postmortems of incidents that a person closed, because no step asks for those. */
export function postmortemWatch(core: Core, { vault }: Pick<AwsAdapters, 'vault'>, nameOf: NameOf): Repeated {
  const { store, log } = core;
  const write = createWriter(core, vault, nameOf);
  return {
    name: 'postmortems',
    everyMs: minute,
    work: async () => {
      for (const id of await store.ids('all', maxIncidents))
        await write(id).catch((error: unknown) =>
          log.error({ incident: id, error: asOpsError(error).line }, 'a postmortem could not be written'),
        );
    },
  };
}

/** Two processes may write at once: the second one finds the postmortem of the first in the journal. */
function createWriter(
  { store, catalog, clock, keptFiles, producer }: Core,
  vault: AwsAdapters['vault'],
  nameOf: NameOf,
): (incident: string) => Promise<void> {
  const record = createRecords(store, catalog, nameOf);
  const files = createFiles(keptFiles, vault);
  return async (id) => {
    const incident = await store.find(id);
    if (incident === undefined || !owesPostmortem(incident)) return;
    if (clock.now() - (incident.closed?.at ?? 0) > writtenWithinMs) return;
    const result = await writeUp(id, {}, { record, files, clock });
    await store.record(id, (present) =>
      owesPostmortem(present) ? [{ type: 'postmortem-written', result }] : [],
    );
    await producer.deliver(id);
  };
}
