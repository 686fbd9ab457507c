import type { Rule } from './rule.ts';

/** An address of the job's own hosts: the server on it is down, and the way to AWS is not the reason. */
const itself =
  /(?:host='|host=|\/\/|address |\()(?:0\.0\.0\.0|localhost|127\.0\.0\.1|\[?::1\]?|10\.\d{1,3}\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|algo-\d)|vLLM server|Server is not up/;

/** The network has no word for these, but a collective of the ranks does. */
const collective = /TCPStore|c10d|NCCL|Gloo|gloo|rendezvous|TCP client failed|ProcessGroup|process group/;

/** Answers of AWS to calls that the script or its launcher makes. */
export const callRules: readonly Rule[] = [
  {
    kind: 'capacity',
    says: /CapacityError: |InsufficientInstanceCapacity|Unable to provision requested ML compute|InsufficientCapacity/,
  },
  {
    kind: 'quota',
    says: /ResourceLimitExceeded|account-level service limit|ServiceQuotaExceeded|VcpuLimitExceeded/,
  },
  {
    kind: 'internal',
    says: /\((?:InternalError|InternalServerError|InternalFailure|ServiceUnavailable)\) when calling/,
  },
];

/** What the job was not allowed to do, could not reach, or did too often. */
export const accessRules: readonly Rule[] = [
  {
    kind: 'code_error',
    says: /Connection ?refused|Max retries exceeded|NewConnectionError|can't be reached|ConnectionError|ConnectError|ECONNREFUSED|Cannot connect to host|Read timed out|ReadTimeout/,
    and: itself,
    unless: collective,
    advice: 'a server of the job itself did not answer: read why it did not start',
  },
  {
    kind: 'throttle',
    says: /429 Client Error|\b429\b.{0,40}Too Many Requests|Too Many Requests|TooManyRequests|ThrottlingException|\bThrottling\b|SlowDown|Please reduce your request rate|RequestLimitExceeded|ProvisionedThroughputExceeded|Rate exceeded|rate limit(?:ed| exceeded| reached)|RateLimitError|\b(?:HTTP|status|code|request|error)\b[^\n]{0,60}\b429\b/i,
  },
  {
    kind: 'permission',
    says: /\(?AccessDenied(?:Exception)?\)?|Access Denied|403 Client Error|403 Forbidden|\(403\) when calling|HTTP Error 403|Could not assume role|is not authorized to perform|UnauthorizedOperation|AuthorizationError|AuthenticationError|InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken|token (?:included in the request |has )?(?:is )?expired|RequestExpired|security token.{0,40}(?:invalid|expired)/i,
  },
  {
    kind: 'permission',
    says: /GatedRepoError|401 Client Error|401 Unauthorized|Cannot access gated repo|gated repo|awaiting a review from the repo authors|Invalid user token|Token is required|LocalTokenNotFoundError|make sure to be authenticated|pass a token having permission|NoCredentialsError|Unable to locate credentials|PartialCredentialsError|TokenRetrievalError|api[_ ]key not configured|No API key configured|Invalid API key|Incorrect API key|API key must be|wandb\.(?:errors\.)*\w*(?:Authentication|Auth|Usage)Error|permission denied to access|not logged in/i,
    unless: /401 Client Error.{0,200}Repository Not Found(?:(?!private).){0,200}$/,
  },
  {
    kind: 'permission',
    says: /RepositoryNotFoundError|is not a local folder and is not a valid model identifier|Repository Not Found for url/,
    unsure:
      'The Hub says the same of a repository that does not exist and of one that the token may not read',
  },
  {
    kind: 'permission',
    says: /PermissionError|\[Errno 13\]|Permission denied|\[Errno 1\] Operation not permitted|Read-only file system|EACCES/,
  },
  {
    kind: 'permission',
    says: /KMS\.\w+|kms:(?:Decrypt|GenerateDataKey)|KMSAccessDenied|KMS key.{0,60}(?:disabled|denied)/,
  },

  {
    kind: 'network',
    says: /wandb\.\S{0,40}CommError|Run initialization has timed out/,
    unless: /denied|permission|40[13]/i,
  },
  {
    kind: 'network',
    says: /route table has a route to an S3 VPC endpoint|EndpointConnectionError|Could not connect to the endpoint URL|ConnectTimeoutError|Connect timeout on endpoint/,
  },
  // Without network access, pip finds no version of any package.
  {
    kind: 'network',
    says: /(?:Temporary failure in name resolution|Name or service not known|Failed to resolve|NameResolutionError|getaddrinfo failed|nodename nor servname|No address associated with hostname|could not resolve host|Network is unreachable|No route to host|Could not resolve)/i,
    unless: collective,
  },
  {
    kind: 'network',
    wraps: true,
    says: /We couldn't connect to|couldn't connect to 'https:|LocalEntryNotFoundError|Can't reach the Hugging Face Hub|OfflineModeIsEnabled|outgoing traffic has been disabled|Cannot reach https:|check your internet connection|An error happened while trying to locate the file(?: on the Hub)?/i,
  },
  {
    kind: 'network',
    says: /Max retries exceeded with url|NewConnectionError|ConnectTimeout|ReadTimeout|Read timed out|SSLError|SSL: |SSLCertVerificationError|ProxyError|RemoteDisconnected|ChunkedEncodingError|IncompleteRead|ProtocolError|ClientConnectorError|ServerDisconnectedError|Cannot connect to host|(?:50[0234]) (?:Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out)|requests\.exceptions\.(?:ConnectionError|Timeout)|httpx\.\w{0,40}(?:Error|Timeout)|httpcore\.\w{1,40}|Consistency check failed: file should be of size|S3UploadFailedError|Connection was closed before we received a valid response|ConnectionClosedError|ResponseStreamingError/,
    unless: collective,
  },
];
