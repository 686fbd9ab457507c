import { z } from 'zod';
import { asFolder } from '../checkpoints/folders.ts';
import { OpsError } from '../errors.ts';
import { counted } from '../in-words.ts';
import type { JsonObject, Ports } from '../ports/ports.ts';
import { S3Uri } from '../ports/s3-address.ts';

const Request = z.object({
  TrainingJobName: z.string(),
  CheckpointConfig: z.object({ S3Uri }).optional(),
});

/**
 * Before a launch from the beginning: throws `folder-not-empty` when its checkpoint folder holds something, because
 * the Trainer would go on from it. Once the job stands, what is there is its own.
 */
export async function requireFreshFolder(
  request: JsonObject,
  { training, checkpoints }: Pick<Ports, 'training' | 'checkpoints'>,
): Promise<void> {
  const { TrainingJobName: name, CheckpointConfig: config } = Request.parse(request);
  if (config === undefined || (await training.find(name)) !== undefined) return;
  const files = await checkpoints.files(asFolder(config.S3Uri));
  if (files.length > 0)
    throw new OpsError('folder-not-empty', `${config.S3Uri} holds ${counted(files.length, 'file')}`);
}
