import type { Relaunching } from '../assessment/way-back.ts';
import { OpsError, type OpsErrorCode } from '../errors.ts';
import { Again } from '../ports/step-output.ts';
import { GoodCheckpoint } from '../relaunch/relaunch-terms.ts';
import { chooseOrigin } from './actions/choose-origin.ts';
import { findBackup } from './actions/find-backup.ts';
import type { ReadPorts } from './define/action-ports.ts';

type Wanted = Parameters<typeof chooseOrigin.run>[0];

/**
 * Where to relaunch a job from: its newest good checkpoint, otherwise a backup, otherwise the beginning. A read error is
 * thrown and never treated as a missing checkpoint, because a start from the beginning loses everything.
 */
export async function wayBack(wanted: Wanted, ports: ReadPorts): Promise<Relaunching | Again> {
  const chosen = await chooseOrigin.run(wanted, ports);
  if (chosen instanceof Again) return chosen;
  const { origin } = chosen;
  if (origin.from === 'checkpoint')
    return { way: 'resume', uri: origin.uri, checkpoint: GoodCheckpoint.parse(origin.checkpoint) };
  return fromBackup(wanted, origin.why, ports);
}

async function fromBackup(wanted: Wanted, whyNone: string, ports: ReadPorts): Promise<Relaunching | Again> {
  try {
    const found = await findBackup.run(wanted, ports);
    if (found instanceof Again) return found;
    const { uri, verdict, ageIsSure } = found;
    return { way: 'restore', uri, checkpoint: GoodCheckpoint.parse(verdict.chosen), ageIsSure };
  } catch (thrown) {
    if (!(thrown instanceof OpsError) || !nothingThere.has(thrown.code)) throw thrown;
    return { way: 'from_scratch', why: `${whyNone}; ${thrown.message}` };
  }
}

const nothingThere: ReadonlySet<OpsErrorCode> = new Set(['no-backup', 'no-checkpointing']);
