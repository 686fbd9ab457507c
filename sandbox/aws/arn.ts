export const account = '123456789012';
export const region = 'us-east-1';

type Resource =
  | 'endpoint'
  | 'endpoint-config'
  | 'model'
  | 'model-package'
  | 'model-package-group'
  | 'training-job';

/** The name of a model package is `group/version`. */
export function sagemakerArn(resource: Resource, name: string): string {
  return `arn:aws:sagemaker:${region}:${account}:${resource}/${name}`;
}
