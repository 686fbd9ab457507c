import { z } from 'zod';
import { TopicArn } from './alarms/sns-topic.ts';
import { TierData } from './playbooks/data/tier-data.ts';
import { IncidentKind, Role, S3Uri } from './playbooks/define.ts';

/** relight.yaml: what may be changed without a deployment. Unknown words are refused, so that a typo cannot pass. */

const SlackUser = z.string().regex(/^[UW][A-Z0-9]{2,}$/, 'must be a Slack user id such as U012ABCDEF');
const SlackGroup = z.string().regex(/^S[A-Z0-9]{2,}$/, 'must be a Slack user-group id such as S012ABCDEF');
const Channel = z
  .string()
  .regex(
    /^[CG][A-Z0-9]{2,}$/,
    'must be a Slack channel id such as C012ABCDEF (see the channel’s details in Slack)',
  );
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

const AlarmRule = z.strictObject({
  alarm: Pattern.describe('pattern of alarm names'),
  kind: IncidentKind,
  job_dimension: z
    .string()
    .default('Host')
    .describe('the dimension that names the job; what stands before /algo- is taken'),
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
    recovery: S3Uri.describe('staged checkpoints go below it; keep it apart from what jobs write'),
    fixed_data: S3Uri.optional().describe(
      'fixed copies of training data go below it; left out: below recovery',
    ),
    backup: S3Uri.optional().describe('copies of checkpoint folders are kept below it; only read'),
  }),
  roles: z.strictObject({ responders: People, leads: People, production_approvers: People }),
  caps: z.strictObject({
    instance_types: z
      .array(z.string().regex(/^ml\./, 'must be a SageMaker instance type such as ml.g5.2xlarge'))
      .min(1),
    instance_count: z.number().int().positive(),
  }),
  alarms: z.array(AlarmRule).default([]),
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
