import type { CloneChanges, Ports, TrainingJob } from '../../ports/ports.ts';
import { requireHyperParametersFit, requireVolumeWithinCap, requireWithinCaps } from '../caps.ts';
import { tagsFor } from '../relaunch-proposal.ts';
import type { Relaunch } from '../relaunch-terms.ts';
import { type FrozenImage, freezeImage } from './image-basis.ts';

/** The request of the copy, pinned to its image, within the caps and the S3 locations of relight.yaml. */
export async function draftOf(
  relaunch: Relaunch,
  failed: TrainingJob,
  named: Pick<CloneChanges, 'name' | 'checkpointUri'>,
  ports: Ports,
): Promise<FrozenImage> {
  const { job, changes = {} } = relaunch;
  const drafted = await ports.training.draftClone(job, { ...changes, ...named, tags: tagsFor(relaunch) });
  const frozen = await freezeImage(drafted, failed.arn, ports.images);
  const { request } = frozen.draft;
  requireWithinCaps(request, ports);
  await ports.locations.requireLaunch(request, job);
  requireVolumeWithinCap(changes.volumeGb, ports.caps);
  requireHyperParametersFit(request);
  return frozen;
}
