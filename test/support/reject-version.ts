import {
  ListModelPackagesCommand,
  SageMakerClient,
  UpdateModelPackageCommand,
} from '@aws-sdk/client-sagemaker';
import type { World } from './world.ts';

/** Rejects a version in the registry, as a person does in the console. */
export async function rejectVersion(world: World, group: string, version: number): Promise<void> {
  const client = new SageMakerClient({
    region: 'us-east-1',
    endpoint: world.region.url,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  try {
    const { ModelPackageSummaryList: list = [] } = await client.send(
      new ListModelPackagesCommand({ ModelPackageGroupName: group }),
    );
    const found = list.find((one) => one.ModelPackageVersion === version);
    if (found === undefined) throw new Error(`${group} has no version ${version}`);
    const { ModelPackageArn } = found;
    await client.send(new UpdateModelPackageCommand({ ModelPackageArn, ModelApprovalStatus: 'Rejected' }));
  } finally {
    client.destroy();
  }
}
