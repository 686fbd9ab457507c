import type { SageMakerClient } from '@aws-sdk/client-sagemaker';

/**
 * The account of the credentials in use. Most providers of the SDK tell it; those that do not, such as an instance
 * profile, leave it undefined unless AWS_ACCOUNT_ID is set: https://docs.aws.amazon.com/sdkref/latest/guide/feature-account-endpoints.html
 */
export function createOwnAccount(
  client: SageMakerClient,
  configured: string | undefined,
): () => Promise<string | undefined> {
  if (configured !== undefined) return async () => configured;
  return async () => {
    try {
      return (await client.config.credentials()).accountId;
    } catch {
      return undefined;
    }
  };
}
