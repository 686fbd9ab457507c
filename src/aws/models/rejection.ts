import { UpdateModelPackageCommand, type UpdateModelPackageCommandInput } from '@aws-sdk/client-sagemaker';
import { OpsError } from '../../errors.ts';
import { rejectCall } from '../../models/model-calls.ts';
import type { RejectionRequest } from '../../ports/models.ts';
import type { Token } from '../../ports/ports.ts';
import { callAws } from '../aws-errors.ts';
import type { SageMakerClients } from '../clients.ts';
import { registration } from './model-package.ts';
import type { Reads } from './serving-parts.ts';

/**
 * Rejects the version only if the registry still says what people saw. UpdateModelPackage has no condition, so the status
 * is read right before: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateModelPackage.html
 */
export async function reject(
  { reads, creates }: SageMakerClients,
  request: RejectionRequest,
  token: Token,
): Promise<void> {
  token.requireApproved(request);
  if (await isRejected(reads, request)) return;
  await token.confirm();
  // The checks of the approval take a while.
  if (await isRejected(reads, request)) return;
  const { input } = rejectCall(request, token);
  await callAws(`UpdateModelPackage ${request.ModelPackageArn}`, () =>
    // The call is plain JSON that people read before they approve; the SDK wants its own input type.
    creates.send(new UpdateModelPackageCommand(input as unknown as UpdateModelPackageCommandInput)),
  );
}

/** Whether an earlier run of this attempt did it, which the note tells. Throws `basis-changed` if somebody else changed it. */
async function isRejected(
  reads: Reads,
  { ModelPackageArn: arn, ApprovalDescription, expects }: RejectionRequest,
): Promise<boolean> {
  const { approval, note } = await registration(reads, arn);
  if (approval === 'Rejected' && note === ApprovalDescription) return true;
  if (approval === expects) return false;
  throw new OpsError('basis-changed', `${arn} is ${approval} in the registry now, and was ${expects}`);
}
