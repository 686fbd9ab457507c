import { DescribeTrainingJobCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { World } from './world.ts';

/** The fields of a launch that differ from the source job. */
export async function changedFields(
  world: World,
  job: string,
  launch: Readonly<Record<string, unknown>>,
): Promise<string[]> {
  const client = new SageMakerClient({
    endpoint: world.region.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const source = await client.send(new DescribeTrainingJobCommand({ TrainingJobName: job }));
  client.destroy();
  return [...new Set(difference('', source, launch))].toSorted();
}

/** Compares only the fields of the launch, because the Describe response also has the status of the old job. */
function difference(path: string, before: unknown, after: unknown): string[] {
  if (typeof after !== 'object' || after === null || path === 'Tags')
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [path];
  return Object.entries(after).flatMap(([key, value]) =>
    difference(
      path === '' ? key : `${path}.${key}`,
      typeof before === 'object' && before !== null ? Reflect.get(before, key) : undefined,
      value,
    ),
  );
}
