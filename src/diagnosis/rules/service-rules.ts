import type { Rule } from './rule.ts';

/**
 * SageMaker's own texts in FailureReason. They come before everything that the container said: the first match decides,
 * so a denied bucket comes before the failed download that it causes.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-train-troubleshoot.html
 */
export const serviceRules: readonly Rule[] = [
  {
    kind: 'capacity',
    says: /^\s*CapacityError|InsufficientInstanceCapacity|InsufficientCapacityError|Unable to provision requested ML compute|insufficient capacity|no capacity (?:is )?available/i,
  },
  {
    kind: 'hardware',
    says: /(?:instance|host|node|GPU).{0,80}(?:unhealthy|hardware (?:failure|fault|issue)|failed health check)|hardware failure/i,
  },
  {
    kind: 'internal',
    says: /^\s*Internal(?:Server|Service)?(?:Error|Failure|Exception)\b|ServiceUnavailable(?:Exception)?\b|internal (?:server |service )?(?:error|failure)\b/i,
  },
  {
    kind: 'quota',
    says: /ResourceLimitExceeded|account-level service limit|ServiceQuotaExceeded|exceed(?:s|ed) (?:your|the) (?:account|service) (?:quota|limit)|VcpuLimitExceeded|InstanceLimitExceeded/,
  },
  {
    kind: 'oom_host',
    says: /use an instance type with more memory|Out of Memory\. Please use a larger instance|reduce the size of job data/,
  },
  {
    kind: 'disk_full',
    says: /^(?:\s*ClientError:)?.{0,80}(?:No space left on device|out of disk space|insufficient disk|not enough (?:disk )?space|larger volume|increase the (?:volume|EBS|storage)|disk (?:is )?full|free disk)/i,
    remedy: 'larger_volume',
  },
  // The archive of the model did not fit beside the model: https://github.com/aws/sagemaker-python-sdk/issues/1434
  {
    kind: 'disk_full',
    says: /Received a failed archive status|failed to (?:create|write) (?:the )?archive|(?:tar|archive).{0,60}No space/i,
    remedy: 'larger_volume',
  },
  {
    kind: 'image',
    says: /Cannot pull algorithm container|(?:image|docker|container).{0,80}manifest|manifest.{0,80}(?:image|unknown|media ?type)|unsupported (?:image )?media ?type|CannotPullContainer|ImagePull|\becr:\w+|repository of your image|OCI runtime|container runtime|nvidia-container-cli|failed to create (?:shim )?task|(?:cannot|could not|unable to) (?:find|locate) (?:the )?(?:requested )?image|image.{0,60}(?:does not exist|not found|manifest unknown)|exec format error|(?:architecture|platform).{0,60}(?:not match|not supported)/i,
  },
  {
    kind: 'network',
    says: /route table has a route to an S3 VPC endpoint|VPC endpoint|NAT (?:device|gateway)|EndpointConnectionError|Could not connect to the endpoint URL|(?:subnet|security group).{0,120}(?:allow|outbound|inbound|traffic|port|reach)|not enough free (?:IP )?addresses|InsufficientFreeAddressesInSubnet|free IP addresses/i,
  },
  {
    kind: 'permission',
    says: /AccessDenied|Access Denied|403 Forbidden|\(403\)|(?:Could not|unable to|failed to|cannot) assume (?:the )?(?:IAM )?role|unauthorized|not authorized to perform|does not have permission|insufficient permissions|InvalidAccessKeyId|ExpiredToken|KMS.{0,80}(?:denied|disabled|not authorized|does not exist|pending)|(?:DisabledException|KMSInvalidStateException|NotAuthorized)|\bkms:\w+|Failed to decrypt|SignatureDoesNotMatch/i,
  },
  {
    kind: 'network',
    says: /(?:mount|FSx|EFS|file ?system).{0,160}(?:timed? ?out|unreachable|could not (?:connect|resolve)|name resolution|connection (?:refused|reset)|unable to (?:connect|reach|mount)|failed to mount)|(?:unable|failed) to mount/i,
    unsure: 'The mount target, its security groups or the mount name can be wrong: check each',
  },
  {
    kind: 'image',
    says: /CannotStartContainerError|container (?:could not|failed to) (?:be )?start|failed to start (?:the )?container|: exec: "[^"]+": executable file/i,
  },
  // https://github.com/aws/amazon-sagemaker-examples/issues/2489
  {
    kind: 'permission',
    says: /No S3 objects found/,
    unsure: 'SageMaker says the same when the prefix is empty and when s3:ListBucket is denied: check both',
  },
  {
    kind: 'permission',
    says: /explicit deny|trust (?:policy|relationship)|sts:AssumeRole|(?:lacks?|missing|without|required|necessary|appropriate|grant) (?:the )?(?:\w{1,20} )?(?:permissions?|access)|identity-based policy|permissions? (?:to|for|on)\b|execution role.{0,80}(?:access|valid|exist)/i,
  },
  {
    kind: 'throttle',
    says: /SlowDown|reduce your request rate|Rate exceeded|Throttl|TooManyRequests|429/,
  },
  {
    kind: 'code_error',
    says: /(?:FastFile|Pipe|File) ?(?:input )?mode.{0,120}(?:not support|invalid|fail|only)|(?:is|are) not (?:available|supported) in this (?:region|Region)|KeepAlivePeriod|warm pool.{0,120}(?:not|mismatch|invalid)/,
    advice:
      'a setting of the job does not fit its channels, its Region or its warm pool: correct the request',
  },
  {
    kind: 'time_limit',
    says: /MaxRuntimeExceeded|exceeded (?:the )?(?:maximum|max) (?:run ?time|wait)|MaxPendingTime/i,
  },
  {
    kind: 'network',
    says: /Artifact upload failed|upload.{0,40}(?:timed out|connection)|(?:timed out|connection reset|connection timeout).{0,80}(?:S3|upload|download)/i,
    unsure:
      'SageMaker could not store the model: the role, the bucket, the network or the size of the artifacts can be the reason',
  },
  {
    kind: 'data',
    says: /Data download failed|no file found in path|(?:manifest|augmented).{0,80}(?:invalid|parse|not found|malformed)|illegal char sub-sequence|No S3 (?:key|object|prefix)|input (?:data|channel).{0,80}(?:empty|no (?:files|data|objects)|invalid)/i,
  },
];
