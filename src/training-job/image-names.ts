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

/** The image of a SageMaker algorithm. A repository in the job's own account is never one, whatever its name. */
export function isBuiltInImage(image: string, jobArn: string | undefined): boolean {
  const [, account = '', repository = ''] = ecrImage.exec(image) ?? [];
  return builtInRepositories.has(repository) && account !== jobArn?.split(':')[4];
}

/**
 * The image named by its digest alone, which no push can change: `registry/repository@sha256:…`.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AlgorithmSpecification.html
 *
 * @example pinnedTo('123456789012.dkr.ecr.us-east-1.amazonaws.com/train:2', 'sha256:1f…')
 */
export function pinnedTo(image: string, digest: string): string {
  const [name = ''] = image.split('@', 1);
  const tag = name.indexOf(':', name.lastIndexOf('/') + 1);
  return `${tag < 0 ? name : name.slice(0, tag)}@${digest}`;
}

/** The digest in the name of an image; undefined if a tag names it. */
export function digestIn(image: string): string | undefined {
  const [, digest] = image.split('@', 2);
  return digest?.startsWith('sha256:') === true ? digest : undefined;
}
