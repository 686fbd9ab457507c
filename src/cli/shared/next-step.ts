import type { FailureKind } from '../../playbooks/define.ts';

const bySageMaker = 'Nothing to do: look at the job again in some minutes';

/** What a person does where no playbook does it: an order, in one sentence. */
export const nextByHand: Readonly<Record<FailureKind, string>> = {
  spot_interruption: bySageMaker,
  capacity: 'Start the job again later, or on another instance type',
  internal: 'Start the job again; when it comes back, open a case with AWS Support',
  hardware: 'Start the job again on other instances and report the host to AWS Support',
  time_limit: 'Raise MaxRuntimeInSeconds, then start the job again',
  oom_gpu: 'Halve per_device_train_batch_size, double gradient_accumulation_steps, then start the job again',
  oom_host:
    'Choose an instance type with more memory, or fewer data loader workers, then start the job again',
  disk_full:
    'Raise ResourceConfig.VolumeSizeInGB, or keep fewer checkpoints on disk, then start the job again',
  data: 'Find the broken rows or the missing files, correct a copy of the data, then start the job again with it',
  permission:
    'Compare the policies of the job’s role, the bucket and its KMS key with the call that was denied',
  network: 'Give the job’s subnets an S3 VPC endpoint or a NAT device, or leave VpcConfig out',
  quota: 'Free instances, or ask for more in Service Quotas',
  throttle: 'Start fewer jobs at the same time, then start this one again',
  user_stopped: 'Ask who stopped it: CloudTrail shows StopTrainingJob',
  bad_checkpoint: 'Resume from the checkpoint before the one that it could not load',
  code_error: 'Correct the line that the traceback names, then start the job again',
  hang_or_nccl: 'Read the log of every host (algo-1, algo-2, …) and look for the one that failed first',
  dependency_install: 'Pin the package that is named in requirements.txt, then start the job again',
  image: 'Check the image’s address, its entry point and the role’s right to pull it',
  unknown: 'Read the whole log in CloudWatch, group /aws/sagemaker/TrainingJobs',
};
