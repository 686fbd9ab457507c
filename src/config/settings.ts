import { z } from 'zod';
import { TopicArn } from '../alarms/sns/message.ts';
import { MaintenanceSettings } from '../incidents/holds/maintenance.ts';
import { IncidentKind, Role, S3Uri } from '../playbooks/define.ts';
import { TierData } from '../training-data/tier-data.ts';

/** relight.yaml: what may be changed without a deployment. Unknown words are refused, so that a typo cannot pass. */

const SlackUser = z.string().regex(/^[UW][A-Z0-9]{2,}$/, 'must be a Slack user id such as U012ABCDEF');
const SlackGroup = z.string().regex(/^S[A-Z0-9]{2,}$/, 'must be a Slack user-group id such as S012ABCDEF');
const Channel = z
  .string()
  .regex(
    /^[CG][A-Z0-9]{2,}$/,
    'must be a Slack channel id such as C012ABCDEF (see the channel’s details in Slack)',
  );
/** An S3 address, with its form for the JSON Schema. */
const S3Place = S3Uri.meta({ type: 'string', pattern: '^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/' });
const minutes = z.number().positive('must be a number of minutes');
const Pattern = z.string().min(1).describe('`*` stands for any characters');

const People = z.strictObject({
  users: z.array(SlackUser).default([]),
  groups: z.array(SlackGroup).default([]),
});

const Tier = z.strictObject({
  jobs: z.array(Pattern).min(1).describe('patterns of training job names'),
  rto_minutes: minutes,
  rpo_minutes: minutes,
  change: z
    .strictObject({ role: Role, approvals: z.number().int().min(1).max(5) })
    .describe('who may approve a change, and how many different people it takes'),
  data: TierData.optional().describe('what its training data must look like'),
});

const Patterns = z.record(z.string().min(1), Pattern);

const AlarmRule = z
  .strictObject({
    alarm: Pattern.describe('pattern of alarm names'),
    dimensions: Patterns.optional().describe('patterns of its dimensions, all of which must match'),
    tags: Patterns.optional().describe('patterns of its tags, all of which must match'),
    kind: IncidentKind,
    job_dimension: z
      .string()
      .min(1)
      .optional()
      .describe('the dimension that names the job, Host when left out; what stands before /algo- is taken'),
    job_tag: z.string().min(1).optional().describe('instead: the tag of the alarm that names the job'),
    job_in_name: z
      .literal(true)
      .optional()
      .describe('instead: the job is what the first * of `alarm` stands for'),
  })
  .refine(
    ({ job_dimension: dimension, job_tag: tag, job_in_name: name }) =>
      [dimension, tag, name].filter((one) => one !== undefined).length <= 1,
    'may have only one of job_dimension, job_tag and job_in_name',
  )
  .refine(
    ({ alarm, job_in_name: name }) => name === undefined || alarm.includes('*'),
    'needs a * in `alarm`, since job_in_name takes what it stands for',
  );

/** How failures are found and put together; every value has a good default. */
const Intake = z.strictObject({
  poll_seconds: z
    .number()
    .int()
    .min(5, 'must be at least 5: AWS allows few listings a second')
    .max(60, 'must be at most 60, or a failure is announced later than after two minutes')
    .default(60)
    .describe('how often AWS is asked itself, in case a message was lost'),
  rpo_seconds: z
    .number()
    .int()
    .min(5, 'must be at least 5: AWS allows few listings a second')
    .max(600, 'must be at most 600, or a job that stops saving is told of much later than its RPO')
    .default(300)
    .describe('how often the checkpoints of running jobs are looked at'),
  flapping: z
    .strictObject({ changes: z.number().int().min(3), minutes })
    .default({ changes: 6, minutes: 15 })
    .describe('an alarm with so many changes in so many minutes is held quiet until it settles'),
  system_failure: z
    .strictObject({ jobs: z.number().int().min(2), minutes })
    .default({ jobs: 5, minutes: 5 })
    .describe('so many jobs that fail for one cause within so many minutes become one incident'),
  silent_minutes: z
    .strictObject({
      sqs: minutes.default(5),
      poller: minutes.default(10),
      sns: minutes.optional().describe('where something publishes to the topic at least so often'),
    })
    .prefault({})
    .describe('a source that was not heard for so long is said to be silent'),
  settle_minutes: minutes
    .default(5)
    .describe('an alarm that has been OK for so long closes what nobody has begun'),
});

const Sns = z.strictObject({
  topics: z
    .array(TopicArn, { error: 'must be a list of ARNs' })
    .describe('the topics that may send alarms to /alarms/sns, by ARN'),
  confirm_subscriptions: z
    .boolean({ error: 'must be true or false' })
    .default(false)
    .describe('true only while a new subscription of these topics is to be confirmed'),
});

export const Settings = z.strictObject({
  incident_channel: Channel,
  tiers: z.record(z.string().regex(/^[a-z][a-z0-9-]*$/, 'must be a lower-case word'), Tier),
  s3: z.strictObject({
    recovery: S3Place.describe('staged checkpoints go below it; keep it apart from what jobs write'),
    fixed_data: S3Place.optional().describe(
      'fixed copies of training data go below it; left out: below recovery',
    ),
    backup: S3Place.optional().describe('copies of checkpoint folders are kept below it; only read'),
    checkpoints: z
      .array(S3Place)
      .min(1)
      .optional()
      .describe('where jobs write their checkpoints; the other places must lie apart from it'),
  }),
  roles: z.strictObject({ responders: People, leads: People, production_approvers: People }),
  caps: z.strictObject({
    instance_types: z
      .array(z.string().regex(/^ml\./, 'must be a SageMaker instance type such as ml.g5.2xlarge'))
      .min(1),
    instance_count: z.number().int().positive(),
  }),
  alarms: z.array(AlarmRule).default([]),
  intake: Intake.prefault({}),
  maintenance: z
    .array(MaintenanceSettings)
    .default([])
    .describe('times at which new threads are held back; what was is told afterwards'),

  sns: Sns.optional().describe('alarms by HTTPS from SNS; left out: /alarms/sns takes nothing'),
  slack: z
    .strictObject({
      messages_per_second: z
        .number()
        .positive()
        .max(50)
        .default(0.8)
        .describe('Slack allows about 1 a second and channel'),
    })
    .default({ messages_per_second: 0.8 }),
});
export type Settings = z.infer<typeof Settings>;
