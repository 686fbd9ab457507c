import type { OpsError, OpsErrorCode } from '../../errors.ts';

const again = 'then run the command again.';

/** What to do next at a shell, where there is no button to press, no card to look at and no thread above. */
const atShell: Partial<Record<OpsErrorCode, string>> = {
  'config-invalid':
    'Correct that value, then run the command again; `relight config check` lists every problem.',
  'redis-unreachable': `Start Redis or correct REDIS_URL, ${again}`,
  'redis-policy':
    'Run `redis-cli config set maxmemory-policy noeviction` and make it permanent in redis.conf, then run the command again.',
  'slack-unavailable':
    'Check that this machine reaches Slack (`curl https://slack.com/api/api.test`), then run the command again.',
  'slack-file': 'Ask whoever runs the Slack workspace whether apps may upload files.',
  'file-unusable': 'Look in the AWS console instead, and tell whoever wrote this playbook.',
  'incident-unknown': 'Check its id: it begins with rl-.',
  'playbook-unknown': 'Run `relight playbooks list` to see the playbooks.',
  'playbook-invalid': 'Correct that file; `relight playbooks check` shows when it is good.',
  'illegal-move': 'Look at the incident in Slack for where it stands.',
  'job-not-found':
    'Check the name and AWS_REGION with `aws sagemaker list-training-jobs`, then run the command again with the right one.',
  'job-still-running': `Wait for SageMaker to restart or end it, or stop it with \`aws sagemaker stop-training-job\`, ${again}`,
  'job-foreign':
    'Compare that job in the SageMaker console with the request and call a lead; nothing was launched.',
  'job-failed-again': 'Run `relight diagnose` with the name of the new job.',
  'journal-busy': 'Run the command again.',
  'checkpoint-changed': `Find out what still writes to that folder, ${again}`,
  'data-changed': `Stop what writes there, ${again}`,
  'data-scan-broke': `Give this machine more memory, ${again}`,
  'fix-refused': 'Put right in S3 what it names, then run the command again; nothing was written.',
  'fix-loses-too-much':
    'Name more fixes with --approve, mend the source of the data, or set a higher --drop-limit.',
  'fix-taken': 'It was left as it is: name another prefix with --to.',
  'fix-not-valid':
    'Do not train on it: run `relight data validate` on the new prefix, mend the source of the data, then run the command again.',
  'fixed-data-changed': `Do not train on it. Put back the objects that it names, or train on the original data.`,
  'folder-not-empty':
    'Look at what it holds with `aws s3 ls`, then name another folder; nothing was launched.',
  'staging-incomplete': `Find out what writes to the source or to the copy, ${again}`,
  'adjustment-refused': `Choose other values, ${again}`,
  'nothing-fits': `Shorten its completions, or add a type with more memory to \`caps\` in relight.yaml, ${again}`,
  'endpoint-moved': `Look at what it serves with \`aws sagemaker describe-endpoint\`, ${again}`,
  'promotion-rolled-back':
    'Look for the alarm that guards the update, or instances that did not come up, in the SageMaker console.',
  'no-fallback': `Approve a version whose artifact exists, ${again}`,
  'cap-exceeded': `Raise \`caps\` in relight.yaml, ${again}`,
  'aws-throttled': 'Wait a minute, then run the command again.',
  'aws-unavailable': `Check that this machine reaches AWS in AWS_REGION, ${again}`,
  'aws-denied':
    'Add the permission to the credentials of this shell (deploy/iam-policy.json lists them); `relight doctor` checks each.',
  'aws-quota': `Free instances or raise the quota in Service Quotas, ${again}`,
  'aws-refused': `Correct what AWS names, ${again}`,
  'approval-lapsed': 'Have the request approved again in Slack.',
  'secret-changed': 'Nothing was launched: have the request made again in Slack.',
  unexpected: 'Run it again with RELIGHT_LOG_LEVEL=debug; if it comes back, report it with this line.',
};

/** The one line for a terminal: what is wrong, where, and what to do there. */
export function shellLine(error: OpsError): string {
  return `${error.message}. ${atShell[error.code] ?? withoutButton(error.next)}`;
}

function withoutButton(next: string): string {
  return next
    .replace(/\bpress Try again\b/g, 'run the command again')
    .replace(/\bPress Try again\b/g, 'Run the command again');
}
