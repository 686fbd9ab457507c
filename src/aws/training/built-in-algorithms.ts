import type { DescribeTrainingJobCommandOutput } from '@aws-sdk/client-sagemaker';

/** https://docs.aws.amazon.com/sagemaker/latest/dg/common-info-all-im-models.html */
const builtInRepositories: ReadonlySet<string> = new Set([
  'blazingtext',
  'factorization-machines',
  'forecasting-deepar',
  'image-classification',
  'ipinsights',
  'kmeans',
  'knn',
  'lda',
  'linear-learner',
  'ntm',
  'object-detection',
  'object2vec',
  'pca',
  'randomcutforest',
  'sagemaker-xgboost',
  'semantic-segmentation',
  'seq2seq',
  'xgboost',
]);

const ecrImage = /^(\d{12})\.dkr\.ecr\.[^/]+\/([^:@]+)/;

/** A SageMaker or marketplace algorithm. A repository in the job's own account is never one, whatever its name. */
export function isBuiltIn(described: DescribeTrainingJobCommandOutput): boolean {
  const { AlgorithmName: algorithm, TrainingImage: image = '' } = described.AlgorithmSpecification ?? {};
  if (algorithm !== undefined && algorithm !== '') return true;
  const [, account = '', repository = ''] = ecrImage.exec(image) ?? [];
  return builtInRepositories.has(repository) && account !== described.TrainingJobArn?.split(':')[4];
}
