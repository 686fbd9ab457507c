import type { Actor } from '../../../incidents/model/events.ts';
import type { BotServices } from '../../services.ts';
import { firstWithin } from '../deadline.ts';

/** Names the closed incident in the one that it duplicates. */
export async function joinDuplicate(
  { store, limits, log }: Pick<BotServices, 'store' | 'limits' | 'log'>,
  { duplicate, into, by }: { readonly duplicate: string; readonly into: string; readonly by: Actor },
): Promise<void> {
  const { job } = await store.load(duplicate);
  const joining = store.record(into, ({ duplicates = [] }) =>
    duplicates.includes(duplicate) ? [] : [{ type: 'duplicate-joined', incident: duplicate, job, by }],
  );
  await firstWithin(limits.record, joining).catch((error: unknown) =>
    log.error({ incident: into, duplicate, error: String(error) }, 'a duplicate could not be noted'),
  );
}
