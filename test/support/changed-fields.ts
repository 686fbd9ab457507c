import { DescribeTrainingJobCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { World } from './world.ts';

/** The fields of a launch that are not exactly those of the job it copies. */
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

/** Only the fields of the launch count: the answer of Describe also tells how the old job went. */
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
