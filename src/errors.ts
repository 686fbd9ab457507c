/**
 * The only error class that Relight throws, and the table that explains each code.
 *
 * The code alone decides whether the queue retries (`retry`), what the engineer reads (`says`) and what to do next
 * (`next`). `next` never promises a retry: only the code that schedules one knows when it will happen.
 */
interface Guidance {
  readonly retry: boolean;
  readonly says: string;
  readonly next: string;
}

// biome-ignore format: one code per line, so that it reads as a table
const guidance = {
  'config-invalid': { retry: false, says: 'The configuration is not usable', next: 'Correct the value named above, then start again.' },
  'redis-unreachable': { retry: false, says: 'Redis does not answer', next: 'Start Redis or correct REDIS_URL. A running Relight reconnects by itself.' },
  'redis-policy': { retry: false, says: 'Redis may drop queue data', next: 'Run `redis-cli config set maxmemory-policy noeviction` and make it permanent, then start again.' },
  'redis-read-only': { retry: false, says: 'Redis accepts no writes', next: 'Point REDIS_URL at the primary, or promote this replica. A running Relight reconnects by itself.' },
  'redis-full': { retry: false, says: 'Redis is out of memory and refuses writes', next: 'Raise maxmemory (`redis-cli config set maxmemory`) or remove keys of other programs; Relight continues by itself.' },
  'redis-not-durable': { retry: false, says: 'A restart of Redis would lose open incidents and acknowledged clicks', next: 'Run `redis-cli config set appendonly yes` and make it permanent, then start again.' },
  'too-late': { retry: false, says: 'Redis took the click after its deadline, so it was not recorded', next: 'Do it again.' },
  'slack-auth': { retry: false, says: 'Slack refuses the token', next: 'Reinstall the app with manifest.yml and set the new SLACK_BOT_TOKEN.' },
  'slack-unavailable': { retry: true, says: 'Slack did not take the message', next: 'Check https://status.slack.com and the network, then try again.' },
  'slack-scope': { retry: false, says: 'The Slack app lacks a permission', next: 'Paste manifest.yml into the app’s manifest, reinstall it, and set the new SLACK_BOT_TOKEN.' },
  'slack-channel': { retry: false, says: 'A Slack channel of relight.yaml cannot be used', next: 'Invite the bot with `/invite @Relight` into a channel of your own organization that is not archived, and name it in relight.yaml.' },
  'slack-group': {
    retry: false,
    says: 'A user group of relight.yaml cannot be read',
    next: 'Correct its id under `roles` (user groups need a paid Slack plan), or name the people instead.',
  },
  'slack-file': { retry: false, says: 'Slack did not take a file', next: 'Continue with the text of the step. Ask a Slack admin whether apps may upload files.' },
  'file-unusable': { retry: false, says: 'A step created a file that the thread cannot show', next: 'Press Try again. If it happens again, use the AWS console and report it to the author of this step.' },
  'journal-unreadable': { retry: false, says: 'The journal of this incident cannot be read', next: 'Update Relight if a newer version wrote it; if not, call a lead: the vault holds what was changed in AWS. Other incidents are not affected.' },
  'journal-forged': { retry: false, says: 'The journal of this incident was changed in Redis by something other than Relight', next: 'Nothing of this incident runs. If RELIGHT_JOURNAL_KEY was replaced, add the old key after the new one; otherwise somebody else can write to Redis: call security. `relight audit repair` sets the changed entries aside.' },
  'journal-forked': { retry: false, says: 'The journal of this incident in Redis and its archive in the vault differ', next: 'Nothing of this incident runs. Run `relight audit verify`: the vault cannot be overwritten, so it is right unless that says otherwise. If Redis was not restored from a backup, call security.' },
  'archive-behind': { retry: true, says: 'The audit vault does not take the journal of this incident', next: 'Give the worker s3:PutObject, s3:GetObject and s3:ListBucket on AUDIT_BUCKET again (`relight doctor` checks them). Changes wait until then; reading goes on.' },
  'incident-unknown': { retry: false, says: 'There is no such incident', next: 'Use `/relight list` to see the open ones.' },
  'incident-archived': { retry: false, says: 'This incident is over and was archived', next: 'Read its record with `relight audit export` from the vault; a new failure opens a new incident.' },
  'playbook-unknown': { retry: false, says: 'There is no such playbook', next: 'Use `/relight help` to see the playbooks.' },
  'playbook-invalid': { retry: false, says: 'A playbook cannot be used', next: 'Correct the file named above; `relight playbooks check` tells whether it is valid.' },
  'illegal-move': { retry: false, says: 'The incident has moved on', next: 'Look at the card for the current step.' },
  'journal-busy': { retry: true, says: 'The journal was changed by others at the same time', next: 'Try again in a moment.' },
  'job-not-found': { retry: false, says: 'SageMaker has no training job with this name in this Region', next: 'Check the name and AWS_REGION (`aws sagemaker list-training-jobs`), then use `/relight start` with the right one.' },
  'job-unmatched': { retry: false, says: 'No tier covers this job or endpoint', next: 'Add a pattern that matches it under `tiers` in relight.yaml.' },
  'job-still-running': { retry: false, says: 'The failed job has not ended, so a second one would write to the same checkpoints', next: 'Wait for SageMaker to restart or end it, or stop it in the console, then press Try again.' },
  'job-foreign': { retry: false, says: 'A training job that Relight did not start already has this name', next: 'Compare that job in the SageMaker console with the request shown here and call a lead; nothing was launched.' },
  'job-failed-again': { retry: false, says: 'The new training job ended before it trained', next: 'Read its logs, then press Try again, or choose another playbook.' },
  'not-resumed': { retry: false, says: 'The new job trains, but not from the checkpoint it was given', next: 'Stop it in the SageMaker console and check how the training script picks its checkpoint.' },
  'no-checkpointing': { retry: false, says: 'The failed job had no CheckpointConfig', next: 'There is nothing to resume from: start over from scratch, and give the job a CheckpointConfig.' },
  'no-checkpoint': { retry: false, says: 'No checkpoint can be used to resume', next: 'Start over from scratch, or copy a good checkpoint (from a backup, for example) into that folder and press Try again.' },
  'no-backup': { retry: false, says: 'No backup of the checkpoints can be used to resume', next: 'Start over from scratch. From now on, keep copies of checkpoint folders under `s3.backup` of relight.yaml.' },
  'checkpoint-changed': { retry: true, says: 'A checkpoint file changed while it was read', next: 'Find out what still writes to that folder, then press Try again.' },
  'data-changed': { retry: true, says: 'The training data changed while it was read', next: 'Stop what writes there, then press Try again.' },
  'data-scan-broke': { retry: false, says: 'The training data could not be read completely', next: 'Check the worker logs. If a worker ran out of memory, give it more memory or fewer cores, then press Try again.' },
  'basis-changed': { retry: false, says: 'Something that the request relies on has changed', next: 'Stop what writes there, then press Try again: Relight checks it again and builds a new request.' },
  'fixed-data-changed': { retry: false, says: 'The fixed copy of the training data has changed since it was checked', next: 'Do not train on it. Restore the objects named above and press Try again, or train on the original with the button below.' },
  'fix-refused': { retry: false, says: 'The training data cannot be fixed', next: 'Fix the objects named above in S3, then press Try again; nothing was written.' },
  'fix-loses-too-much': { retry: false, says: 'Fixing the training data would lose too much of it', next: 'Ask for more fixes by name, fix the source of the data, or set a higher drop limit, then press Try again.' },
  'fix-taken': { retry: false, says: 'The target of the fixed data already contains something else', next: 'It was left unchanged. Press Try again to use a new prefix, or name one with --to.' },
  'fix-not-valid': { retry: false, says: 'The fixed data still has errors', next: 'Do not train on it: look at the errors named above, fix the source of the data, then press Try again.' },
  'folder-not-empty': { retry: false, says: 'The new checkpoint folder is not empty, so the trainer would not start from scratch', next: 'Check its contents in the S3 console; nothing was launched. Press Try again to use a new folder.' },
  'copy-taken': { retry: false, says: 'The target of the copy already contains something else', next: 'It was left unchanged and nothing was launched. Press Try again to copy to a new folder.' },
  'staging-incomplete': { retry: true, says: 'The staged checkpoint differs from its source', next: 'Find out what writes to the source or to the copy, then press Try again.' },
  'adjustment-refused': { retry: false, says: 'The values that were chosen cannot be used', next: 'Choose other values with the button below.' },
  'nothing-fits': { retry: false, says: 'Relight found no way to make the job fit', next: 'Resume it as it is, shorten its completions, or add a type with more memory to `caps` in relight.yaml and press Try again.' },
  'no-more-storage': { retry: false, says: 'The caps in relight.yaml allow no more storage for this job', next: 'Raise `caps.volume_gb` or add an instance type to `caps.instance_types` in relight.yaml and press Try again, or let the job write less.' },
  'instances-unclear': { retry: false, says: 'The instances that the checkpoint needs cannot be told', next: 'Choose another checkpoint, or launch the job by hand with the number of instances that saved it.' },
  'source-unusable': { retry: false, says: 'Relight cannot pin a package in the source archive of the job', next: 'Pin the package in requirements.txt by hand, or rebuild the image with it, then start the job again.' },
  'endpoint-moved': { retry: false, says: 'The endpoint has changed since this was approved', next: 'Check what it serves now, then press Try again: the request is rebuilt.' },
  'promotion-rolled-back': { retry: false, says: 'SageMaker rolled the promotion back', next: 'Read the reason: an alarm that guards the update, or instances that did not come up. Press Try again, or choose the playbook again to start over.' },
  'endpoint-broken': { retry: false, says: 'The endpoint cannot be brought back by an update', next: 'Call a lead: it needs a person in the SageMaker console, and perhaps AWS Support.' },
  'no-fallback': { retry: false, says: 'No earlier version of the model can be served', next: 'Approve a version whose artifact exists, then press Try again, or choose another playbook.' },
  'cap-exceeded': { retry: false, says: 'The request is over a cap in relight.yaml', next: 'Ask a lead to raise `caps`, then press Try again.' },
  'cap-used-up': { retry: false, says: 'A cap in relight.yaml is used up', next: 'Wait until the jobs named above have ended or their day is over, or ask a lead to raise the cap, then press Try again.' },
  'price-unknown': { retry: false, says: 'The cost of the launch cannot be compared with the caps', next: 'Add the price under `prices` in relight.yaml, restart Relight, then press Try again.' },
  's3-not-allowed': { retry: false, says: 'Relight may not use this S3 location', next: 'Correct the address, or ask a lead to add the location under `tiers` or `s3` in relight.yaml and restart Relight, then press Try again.' },
  'own-records': { retry: false, says: 'The address leads to Relight’s own records', next: 'Correct the job, the file or the form that names it, then press Try again; if nobody knows why it is named there, call security.' },
  'folder-in-use': { retry: false, says: 'Another running job uses the checkpoint folder', next: 'Stop that job, or wait until it has ended, then press Try again.' },
  'machine-not-allowed': { retry: false, says: 'relight.yaml does not allow this state machine', next: 'Ask a lead to add its ARN under `state_machines` in relight.yaml and restart Relight, then press Try again.' },
  'machine-unusable': { retry: false, says: 'The state machine cannot be used with this input', next: 'Correct the state machine or the playbook as it says, then press Try again; nothing was started.' },
  'execution-foreign': { retry: false, says: 'An execution that Relight did not start already has this name', next: 'Compare it in the Step Functions console with the request shown here and call a lead; nothing was started.' },
  'execution-running': { retry: false, says: 'A second execution would run beside the first', next: 'Wait until it has ended or stop it in the Step Functions console, then press Try again.' },
  'execution-failed': { retry: false, says: 'The state machine did not succeed', next: 'Read the history of the execution in the Step Functions console. Press Try again for a new execution, or choose another playbook.' },
  halted: { retry: true, says: 'All changes are halted', next: 'Wait until a lead resumes changes with `/relight halt off`; nothing is lost.' },
  'aws-throttled': { retry: true, says: 'AWS throttles the requests', next: 'Find what else calls AWS so often in this account, then try again in a few minutes.' },
  'aws-unavailable': { retry: true, says: 'AWS did not answer', next: 'Check the AWS Health Dashboard and the network of the worker, then try again.' },
  'aws-denied': { retry: false, says: 'AWS denies Relight this call', next: 'Add the permission to the role of Relight (`relight doctor` names it), then press Try again.' },
  'aws-quota': { retry: false, says: 'An AWS service quota is reached', next: 'Free instances or raise the quota in Service Quotas, then press Try again.' },
  'aws-refused': { retry: false, says: 'AWS refuses the request', next: 'Read the reason above, correct the job, then press Try again.' },
  'outcome-unknown': { retry: true, says: 'AWS may have carried out the change, and Relight cannot see yet whether it did', next: 'Remove that cause or look in the AWS console, and do not make the change by hand: Relight keeps looking, and goes on when AWS answers.' },
  'topic-setup': { retry: false, says: 'Alarms of an SNS topic may not reach Relight', next: 'Change it as it says, then run `relight doctor` again.' },
  'vault-mismatch': { retry: false, says: 'The audit vault already holds a different intent under this name', next: 'Nothing was launched; call a lead and keep the vault as it is.' },
  'approval-lapsed': { retry: false, says: 'The approval no longer holds', next: 'Look at the request again, then press Try again.' },
  'payload-forged': { retry: false, says: 'A job in Redis was put there by something other than Relight', next: 'It did nothing. If RELIGHT_JOURNAL_KEY was replaced, add the old key after the new one; otherwise somebody else can write to Redis: call security.' },
  'decision-unsigned': { retry: false, says: 'A decision in the journal is not signed by a process that takes clicks', next: 'Nothing was sent. If the keys were replaced, add the old public key to RELIGHT_VERIFY_KEY; otherwise somebody writes decisions in the name of others: call security.' },
  'change-canceled': { retry: false, says: 'A person canceled the change', next: 'Read in the thread what exists in AWS, then build a new request or choose another playbook.' },
  'not-approved': { retry: false, says: 'A change other than the approved one was about to be sent', next: 'It was not sent. Press Try again for a new request; if the error returns, report it to the author of this playbook.' },
  'secret-changed': { retry: false, says: 'A secret of the job is no longer the one that was approved, or is gone', next: 'Nothing was launched. Press Try again: the request is rebuilt from the job as it is now.' },
  unexpected: { retry: true, says: 'Relight ran into an unknown error', next: 'Check the worker log for this incident, then press Try again.' },
} as const satisfies Record<string, Guidance>;

export type OpsErrorCode = keyof typeof guidance;

/**
 * The only error that Relight throws. Its code decides whether the step is retried and what people read next to it.
 *
 * @example throw new OpsError('job-not-found', 'srl-rlvr-gold-1 in us-east-1');
 */
export class OpsError extends Error {
  override readonly name = 'OpsError';
  readonly code: OpsErrorCode;
  /** What is wrong and where, one clause: a name, a value, AWS's own message. */
  readonly detail: string;
  /** True if AWS refused the call that was to change something, so that this call changed nothing. */
  readonly refused: boolean;

  constructor(
    code: OpsErrorCode,
    detail: string,
    { cause, refused }: { readonly cause?: unknown; readonly refused?: boolean } = {},
  ) {
    super(`${guidance[code].says}: ${detail}`, cause === undefined ? {} : { cause });
    this.code = code;
    this.detail = detail;
    this.refused = refused ?? (cause instanceof OpsError && cause.refused);
  }

  get retry(): boolean {
    return guidance[this.code].retry;
  }

  /** What the engineer does next, as one sentence. */
  get next(): string {
    return guidance[this.code].next;
  }

  /** One line for the log: what is wrong, where, what to do. `cli/remedies.ts` has the one for a shell. */
  get line(): string {
    return `${this.message}. ${this.next}`;
  }
}

/** Wraps whatever was thrown, so that every error has a code; an unknown one keeps its own text as detail. */
export function asOpsError(thrown: unknown): OpsError {
  if (thrown instanceof OpsError) return thrown;
  const detail = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return new OpsError('unexpected', detail, { cause: thrown });
}

/** The keys of the table, which `Object.keys` types as strings. */
export const opsErrorCodes = Object.keys(guidance) as readonly OpsErrorCode[];
