/**
 * On-demand prices of SageMaker training in us-east-1, in USD per hour of one instance, as of 2026-11-29.
 *
 * Collected from https://aws.amazon.com/sagemaker/pricing/ and from published extracts of the AWS Price List API (service
 * AmazonSageMaker, component Training; N. Virginia and Oregon have the same prices):
 *   aws pricing get-products --service-code AmazonSageMaker --region us-east-1 \
 *     --filters Type=TERM_MATCH,Field=regionCode,Value=us-east-1 Type=TERM_MATCH,Field=component,Value=Training
 * ml.p4d, ml.p4de and ml.p5 have the prices since the reduction of June 2025:
 * https://aws.amazon.com/blogs/aws/announcing-up-to-45-price-reduction-for-amazon-ec2-nvidia-gpu-accelerated-instances/
 *
 * A type that could not be confirmed there is left out: its price is unknown, and `prices` in relight.yaml can add it.
 */
export const trainingPrices: Readonly<Record<string, number>> = {
  'ml.m5.large': 0.115,
  'ml.m5.xlarge': 0.23,
  'ml.m5.2xlarge': 0.461,
  'ml.m5.4xlarge': 0.922,
  'ml.c5.xlarge': 0.204,
  'ml.c5.2xlarge': 0.408,
  'ml.g4dn.xlarge': 0.7364,
  'ml.g4dn.2xlarge': 0.94,
  'ml.g4dn.4xlarge': 1.505,
  'ml.g4dn.8xlarge': 2.72,
  'ml.g4dn.12xlarge': 4.89,
  'ml.g4dn.16xlarge': 5.44,
  'ml.g5.xlarge': 1.408,
  'ml.g5.2xlarge': 1.515,
  'ml.g5.4xlarge': 2.03,
  'ml.g5.8xlarge': 3.06,
  'ml.g5.12xlarge': 7.09,
  'ml.g5.16xlarge': 5.12,
  'ml.g5.24xlarge': 10.18,
  'ml.g5.48xlarge': 20.36,
  'ml.g6.xlarge': 1.127,
  'ml.g6.2xlarge': 1.222,
  'ml.g6.4xlarge': 1.654,
  'ml.g6.8xlarge': 2.518,
  'ml.g6.12xlarge': 5.752,
  'ml.g6.24xlarge': 8.344,
  'ml.g6.48xlarge': 16.688,
  'ml.g6e.xlarge': 2.61,
  'ml.g6e.2xlarge': 2.8,
  'ml.g6e.4xlarge': 3.76,
  'ml.g6e.8xlarge': 5.66,
  'ml.g6e.12xlarge': 13.12,
  'ml.g6e.24xlarge': 18.83,
  'ml.g6e.48xlarge': 37.66,
  'ml.p3.2xlarge': 3.825,
  'ml.p3.8xlarge': 14.688,
  'ml.p3.16xlarge': 28.152,
  'ml.p3dn.24xlarge': 35.894,
  'ml.p4d.24xlarge': 25.251286,
  'ml.p4de.24xlarge': 31.5641075,
  'ml.p5.48xlarge': 63.296,
};

/** The Region of the prices above. Prices of other Regions differ by up to two thirds, so they are not used there. */
export const pricedRegion = 'us-east-1';
