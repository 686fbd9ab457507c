import type { FailureKind } from '../../src/playbooks/define.ts';

export interface Seen {
  readonly kind: FailureKind;
  readonly text: string;
  readonly source: string;
  /** The origin of the text: the service itself, or the error message of the training script. */
  readonly by: 'service' | 'script';
}

const github = 'https://github.com';
const service = (kind: FailureKind, text: string, source: string): Seen => ({
  kind,
  text,
  source: `${github}/${source}`,
  by: 'service',
});
const script = (kind: FailureKind, text: string, source: string): Seen => ({
  ...service(kind, text, source),
  by: 'script',
});

// biome-ignore format: one failure per row, so that it reads as a table
/** Failures that people reported, quoted in short form. */
export const failuresInTheWild: readonly Seen[] = [
  service('capacity', 'CapacityError: Unable to provision requested ML compute capacity. Please retry using a different ML instance type.', 'DIAGNijmegen/rse-grand-challenge/issues/2631'),
  service('internal', 'InternalServerError: We encountered an internal error.  Please try again.', 'aws/sagemaker-python-sdk/issues/2496'),
  service('internal', 'InternalServerError: We encountered an internal error. Please try again.', 'aws/sagemaker-python-sdk/issues/70'),
  script('oom_gpu', 'torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 7.81 GiB. GPU 7 has a total capacty of 22.19 GiB of which 5.32 GiB is free.', 'philschmid/llm-sagemaker-sample/issues/28'),
  script('oom_gpu', 'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 3.91 GiB. GPU 2 has a total capacity of 14.61 GiB', 'meta-llama/llama-cookbook/issues/949'),
  script('oom_gpu', 'RuntimeError: CUDA out of memory. Tried to allocate 2.87 GiB (GPU 0; 14.76 GiB total capacity; 8.77 GiB already allocated', 'rshaojimmy/MADDoG/issues/11'),
  script('oom_gpu', 'std::bad_alloc: out_of_memory: CUDA error at: /opt/conda/include/rmm/mr/device/cuda_memory_resource.hpp', 'rapidsai/deployment/issues/523'),
  service('oom_host', 'ClientError: Please use an instance type with more memory, or reduce the size of job data processed on an instance.', 'comic/grand-challenge.org'),
  service('oom_host', 'ClientError: Artifact upload failed:ClientError: Out of Memory. Please use a larger instance', 'comic/grand-challenge.org'),
  service('oom_host', 'AlgorithmError: ExecuteUserScriptError:\nExitCode 137\nErrorMessage ""\nExtraInfo "OutOfMemory: Process killed by SIGKILL (signal 9)"\nCommand "python train.py"', 'aws/sagemaker-training-toolkit'),
  service('unknown', 'AlgorithmError: Exit Code: 139', 'aws/sagemaker-python-sdk/issues/134'),
  service('unknown', 'AlgorithmError: Exit Code: 1', 'aws/amazon-sagemaker-examples/issues/1234'),
  service('unknown', 'AlgorithmError: , exit code: 1', 'aws/amazon-sagemaker-examples/issues/415'),
  service('unknown', 'AlgorithmError: , exit code: 127', 'aws/amazon-sagemaker-examples/issues/415'),
  service('code_error', 'AlgorithmError: framework error: \nTraceback (most recent call last):\n  File "/miniconda3/lib/python3.7/site-packages/', 'aws/amazon-sagemaker-examples/issues/1740'),
  script('unknown', 'raise EnvironmentError(msg)', 'huggingface/notebooks/issues/136'),
  service('data', 'AlgorithmError: ExecuteUserScriptError: Command "/opt/conda/bin/python3.8 train.py --epochs 1" Traceback (most recent call last): File "train.py", line 46, in <module> train_dataset = load_from_disk(args.training_dir)', 'philschmid/huggingface-sagemaker-workshop-series/issues/12'),
  script('data', "state = {k: state[k] for k in dataset.__dict__.keys()}\nKeyError: '_data'", 'huggingface/notebooks/issues/27'),
  script('data', 'pyarrow.lib.ArrowInvalid: JSON parse error: Column(/execution_result/[]) changed from number to string in row 13', 'ShishirPatil/gorilla/issues/371'),
  script('data', 'no file found in path /opt/ml/input/data/train', 'boto/boto3/issues/1397'),
  service('permission', 'ClientError: Data download failed:Unable to download object s3://a/b (AccessDenied: Access Denied)', 'aws/amazon-sagemaker-examples/issues/4384'),
  service('data', "ClientError: Data download failed:Failed to download data. S3 key: s3://a//b has an illegal char sub-sequence '//' in it", 'aws-samples/generative-ai-on-amazon-sagemaker/pull/242'),
  service('network', "ClientError: Artifact upload failed:Please ensure that the subnet's route table has a route to an S3 VPC endpoint or a NAT device", 'aws/amazon-sagemaker-operator-for-k8s/pull/22'),
  service('network', "ClientError: Data download failed:Please ensure that the subnet's route table has a route to an S3 VPC endpoint or a NAT device", 'aws/amazon-sagemaker-operator-for-k8s/pull/22'),
  service('code_error', "AlgorithmError: uncaught exception during training: 'NoneType' object has no attribute 'endswith'", 'aws/sagemaker-python-sdk/issues/342'),
  service('permission', 'ValidationException: No S3 objects found under S3 URL "s3://a/b" given in input data source. Please ensure that the bucket exists in the selected region (us-east-1), that objects exist under that S3 prefix, and that the role "r" has "s3:ListBucket" permissions on bucket "a".', 'aws/amazon-sagemaker-examples/issues/2489'),
  service('unknown', 'ResourceInUse: Training job names must be unique within an AWS account and region, and a training job with this name already exists (arn:aws:sagemaker)', 'aws/amazon-sagemaker-examples/pull/3108'),
  service('quota', "ResourceLimitExceeded: The account-level service limit 'ml.p2.xlarge for training job usage' is 0 Instances, with current utilization of 0 Instances and a request delta of 1 Instances.", 'aws/amazon-sagemaker-examples/issues/263'),
  service('throttle', 'ThrottlingException: An error occurred when calling the DescribeTrainingJob operation (reached max retries: 4): Rate exceeded', 'aws/sagemaker-python-sdk/issues/645'),
  service('unknown', 'ValidationException: 1 validation error detected: Member must satisfy regular expression pattern: ^[a-zA-Z0-9](-*[a-zA-Z0-9])*', 'Kenza-AI/sagify/issues/57'),
  script('hang_or_nccl', 'Watchdog caught collective operation timeout: WorkNCCL(SeqNum=1, OpType=ALLREDUCE, Timeout(ms)=600000) ran for 600009 milliseconds', 'instructlab/instructlab/issues/3321'),
  script('bad_checkpoint', 'RuntimeError: PytorchStreamReader failed reading zip archive: not a ZIP archive', 'hiyouga/LlamaFactory/issues/6208'),
];
