import type { OpsError, OpsErrorCode } from '../../errors.ts';

const again = 'then run the command again.';

/** The next step for people at a shell, where there are no buttons, cards or threads. */
const atShell: Partial<Record<OpsErrorCode, string>> = {
  'config-invalid':
    'Correct that value, then run the command again; `relight config check` lists every problem.',
  'redis-unreachable': `Start Redis or correct REDIS_URL, ${again}`,
  'redis-policy':
    'Run `redis-cli config set maxmemory-policy noeviction` and make it permanent in redis.conf, then run the command again.',
  'slack-unavailable':
    'Check that this machine can reach Slack (`curl https://slack.com/api/api.test`), then run the command again.',
  'slack-file': 'Ask an admin of the Slack workspace whether apps may upload files.',
  'file-unusable': 'Look in the AWS console instead, and tell the author of this playbook.',
  'incident-unknown': 'Check the incident ID: it begins with rl-.',
  'playbook-unknown': 'Run `relight playbooks list` to see the playbooks.',
  'playbook-invalid': 'Correct that file, then run `relight playbooks check`.',
  'illegal-move': 'Check the state of the incident in Slack.',
  'job-not-found':
    'Check the name and AWS_REGION with `aws sagemaker list-training-jobs`, then run the command again with the right one.',
  'job-still-running': `Wait for SageMaker to restart or end it, or stop it with \`aws sagemaker stop-training-job\`, ${again}`,
  'job-foreign':
    'Compare that job in the SageMaker console with the request and contact a lead; nothing was launched.',
  'execution-foreign':
    'Compare its input in the Step Functions console with the approved one and call a lead; nothing was started.',
  'job-failed-again': 'Run `relight diagnose` with the name of the new job.',
  halted:
    'End the halt in Slack with the command `halt off`, remove the file that RELIGHT_HALT_FILE names, or unset RELIGHT_HALT.',
  'change-canceled': 'Check in the SageMaker console what exists, then have a new request built in Slack.',
  'cap-used-up': `Wait until the named jobs have ended, or raise the cap in relight.yaml, ${again}`,
  's3-not-allowed': `Correct the address, or add the location under \`tiers\` or \`s3\` in relight.yaml, ${again}`,
  'own-records': 'Choose another address: the audit bucket is for the records of Relight alone.',
  'price-unknown': `Add the price under \`prices\` in relight.yaml, ${again}`,
  'journal-busy': 'Run the command again.',
  'checkpoint-changed': `Find out what is still writing to that folder, ${again}`,
  'data-changed': `Stop the process that writes there, ${again}`,
  'data-scan-broke': `Give this machine more memory, ${again}`,
  'fix-refused': 'Correct the named objects in S3, then run the command again; nothing was written.',
  'fix-loses-too-much':
    'Approve more fixes with --approve, fix the source of the data, or set a higher --drop-limit.',
  'fix-taken': 'It was not changed: choose another prefix with --to.',
  'fix-not-valid':
    'Do not train on it: run `relight data validate` on the new prefix, fix the source of the data, then run the command again.',
  'fixed-data-changed': 'Do not train on it. Restore the named objects, or train on the original data.',
  'folder-not-empty':
    'Check its contents with `aws s3 ls`, then choose another folder; nothing was launched.',
  'staging-incomplete': `Find out what writes to the source or the copy, ${again}`,
  'adjustment-refused': `Choose other values, ${again}`,
  'nothing-fits': `Shorten its completions, or add a type with more memory to \`caps\` in relight.yaml, ${again}`,
  'no-more-storage': `Raise \`caps.volume_gb\` or add an instance type to \`caps\` in relight.yaml, ${again}`,
  'instances-unclear':
    'Launch the job with as many instances as saved its checkpoint; their number is in the job that saved it.',
  'source-unusable':
    'Pin the package in requirements.txt by hand, or rebuild the image with it, then start the job again.',
  'endpoint-moved': `Check what it serves with \`aws sagemaker describe-endpoint\`, ${again}`,
  'promotion-rolled-back':
    'In the SageMaker console, look for the alarm that rolled back the update, or for instances that did not start.',
  'no-fallback': `Approve a version whose artifact exists, ${again}`,
  'cap-exceeded': `Raise \`caps\` in relight.yaml, ${again}`,
  'aws-throttled': 'Wait a minute, then run the command again.',
  'aws-unavailable': `Check that this machine can reach AWS in AWS_REGION, ${again}`,
  'aws-denied':
    'Add the permission to the credentials of this shell (see docs/iam.md); `relight doctor` checks each one.',
  'aws-quota': `Free up instances or raise the quota in Service Quotas, ${again}`,
  'aws-refused': `Correct the value that AWS names, ${again}`,
  'approval-lapsed': 'Have the request approved again in Slack.',
  'secret-changed': 'Nothing was launched: have the request created again in Slack.',
  unexpected: 'Run it again with RELIGHT_LOG_LEVEL=debug. If the error persists, report it with this line.',
};

/** One line for the terminal: what is wrong, where, and what to do. */
export function shellLine(error: OpsError): string {
  return `${error.message}. ${atShell[error.code] ?? withoutButton(error.next)}`;
}

function withoutButton(next: string): string {
  return next
    .replace(/\bpress Try again\b/g, 'run the command again')
    .replace(/\bPress Try again\b/g, 'Run the command again');
}
