import { asOpsError } from '../../errors.ts';
import { unlessUnreadable } from '../../incidents/journal/readable.ts';
import { isDrillId } from '../../incidents/model/drills/drill-mark.ts';
import { attemptKeyOf } from '../../ports/calls.ts';
import type { JsonObject } from '../../ports/ports.ts';
import type { SharedCaps } from '../../relaunch/prices/shared-caps.ts';
import type { Core } from '../core.ts';

type Deps = Pick<Core, 'store' | 'onLoss' | 'onRestored' | 'log'>;

/** A Redis that was emptied or replaced has also lost what the launches of open incidents take up under the caps. */
export function countLostLaunches(core: Deps, { reserveAgain }: Pick<SharedCaps, 'reserveAgain'>): void {
  const again = async (incidents: readonly string[]): Promise<void> => {
    for (const incident of incidents) await unlessUnreadable(countAgain(core, reserveAgain, incident));
  };
  const failed = (thrown: unknown): void =>
    core.log.error(
      { error: asOpsError(thrown).line },
      'launches before the loss of Redis are not counted under the caps',
    );
  core.onLoss(({ incident }) => void again([incident]).catch(failed));
  core.onRestored(() => void core.store.ids('open').then(again).catch(failed));
}

/**
 * An approved launch counts from its approval on. One that was never sent is released later, like any other. A drill
 * launches nothing.
 */
async function countAgain(
  { store }: Pick<Deps, 'store'>,
  reserveAgain: SharedCaps['reserveAgain'],
  incident: string,
): Promise<void> {
  if (isDrillId(incident)) return;
  const requests = new Map<string, JsonObject>();
  for (const { at, event } of await store.journal(incident)) {
    if (event.type !== 'step-proposed' && event.type !== 'step-approved') continue;
    const { step, attempt } = event;
    const of = `${step} ${attempt}`;
    if (event.type === 'step-proposed') requests.set(of, event.proposal.request);
    const request = requests.get(of);
    if (event.type === 'step-approved' && request !== undefined)
      await reserveAgain(attemptKeyOf({ incident, step, attempt }), request, at);
  }
}
