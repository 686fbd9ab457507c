import { DescribeModelCommand } from '@aws-sdk/client-sagemaker';
import { callAws } from '../aws-errors.ts';
import type { Clients } from '../clients.ts';

/** A deploy script gives one container, the console a list: Describe answers as it was asked. */
export async function packageOf(
  reads: Clients['sagemaker']['reads'],
  model: string,
): Promise<string | undefined> {
  const { Containers = [], PrimaryContainer } = await callAws(`DescribeModel ${model}`, () =>
    reads.send(new DescribeModelCommand({ ModelName: model })),
  );
  return [PrimaryContainer, ...Containers].find((one) => one?.ModelPackageName !== undefined)
    ?.ModelPackageName;
}
