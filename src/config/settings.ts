import { z } from 'zod';
import { TopicArn } from '../alarms/sns/message.ts';
import { MaintenanceSettings } from '../incidents/holds/maintenance.ts';
import { Role } from '../playbooks/define.ts';
import { isMachineArn } from '../ports/state-machines/execution-names.ts';
import { TierData } from '../training-data/tier-data.ts';
import { Autopilot } from './autopilot-settings.ts';
import { Escalation, Paging } from './escalation-settings.ts';
import { NotifyFallback } from './fallback-settings.ts';
import { AlarmRule, Intake, minutes, Pattern } from './intake-settings.ts';
import { S3Location, TierLocations } from './location-settings.ts';
import { Prices } from './price-settings.ts';
import { RetentionDays } from './retention-settings.ts';

const SlackUser = z.string().regex(/^[UW][A-Z0-9]{2,}$/, 'must be a Slack user ID such as U012ABCDEF');
const SlackGroup = z.string().regex(/^S[A-Z0-9]{2,}$/, 'must be a Slack user-group ID such as S012ABCDEF');
const Channel = z
  .string()
  .regex(
    /^[CG][A-Z0-9]{2,}$/,
    'must be a Slack channel ID such as C012ABCDEF (see the channel details in Slack)',
  );
const MachineArn = z
  .string()
  .refine(isMachineArn, 'must be the ARN of a state machine, of a version or of an alias')
  .meta({ pattern: '^arn:aws[a-z-]*:states:[a-z0-9-]+:[0-9]{12}:stateMachine:' });

const People = z.strictObject({
  users: z.array(SlackUser).default([]),
  groups: z.array(SlackGroup).default([]),
});

const Tier = z.strictObject({
  jobs: z
    .array(Pattern)
    .min(1)
    .describe('name patterns of training jobs; a job belongs to the first tier that matches'),
  rto_minutes: minutes,
  rpo_minutes: minutes,
  change: z
    .strictObject({
      role: Role,
      approvals: z.number().int().min(1).max(5),
      others: z
        .boolean()
        .optional()
        .describe(
          'true: the people who started the playbook, asked for the request or chose its values cannot approve it; default: true for the tier named gold, and for changes to endpoints and the model registry',
        ),
    })
    .describe(
      'the role that may approve a change that launches a job, and how many different people must approve; changes to endpoints and the model registry always need production approvers',
    ),
  take_minutes: minutes
    .optional()
    .describe(
      'responders are called when nobody has taken an incident for this long; default: rto_minutes / 12',
    ),
  attempts: z
    .number()
    .int()
    .min(1)
    .max(20)
    .default(3)
    .describe('failed attempts on one cause after which a person decides instead of another proposal'),
  contacts: People.optional().describe(
    'called when the RTO is missed, and by Call for help; default: the leads',
  ),
  escalation: Escalation.prefault({}).describe('when people are called because the RTO runs out'),
  data: TierData.optional().describe('rules for the training data of these jobs'),
  s3: TierLocations.optional().describe(
    'the only S3 locations that recoveries of these jobs may use, beside s3.recovery, s3.fixed_data and s3.backup',
  ),
});

const Sns = z.strictObject({
  topics: z
    .array(TopicArn, { error: 'must be a list of ARNs' })
    .describe('ARNs of the topics that may send alarms to /alarms/sns'),
  confirm_subscriptions: z
    .boolean({ error: 'must be true or false' })
    .default(false)
    .describe('set to true only while a new subscription to these topics is pending'),
});

/**
 * The schema of relight.yaml: settings that can change without a deployment. Unknown keys are errors, so that typos are
 * found. Durations are in the unit that the key names. Read the file with `readSettings`, which reports every problem
 * with its line.
 * @example Settings.parse(yaml).tiers.gold?.rto_minutes // 60
 */
export const Settings = z.strictObject({
  incident_channel: Channel,
  audit_channel: Channel.optional().describe(
    'a line for each decision is posted here; without it, decisions are only in the journals and the threads',
  ),
  tiers: z.record(z.string().regex(/^[a-z][a-z0-9-]*$/, 'must be a lowercase word'), Tier),
  s3: z.strictObject({
    recovery: S3Location.describe('staged checkpoints are copied under it; jobs must not write there'),
    fixed_data: S3Location.optional().describe(
      'fixed copies of training data are written under it; default: under recovery',
    ),
    backup: S3Location.optional().describe('your copies of checkpoint folders; Relight only reads there'),
    checkpoints: z
      .array(S3Location)
      .min(1)
      .optional()
      .describe('where jobs write their checkpoints; the other locations must be outside of it'),
  }),
  roles: z.strictObject({
    responders: People,
    leads: People,
    production_approvers: People,
    halt: People.default({ users: [], groups: [] }).describe(
      'may also halt and resume all changes with `/relight halt`; leads may in any case',
    ),
  }),
  break_glass: z
    .strictObject({ users: z.array(SlackUser).default([]) })
    .default({ users: [] })
    .describe(
      'people who may make one change without the needed approvers, with `/relight break-glass`; caps and halts still hold',
    ),
  caps: z.strictObject({
    instance_types: z
      .array(z.string().regex(/^ml\./, 'must be a SageMaker instance type such as ml.g5.2xlarge'))
      .min(1),
    instance_count: z.number().int().positive(),
    volume_gb: z
      .number()
      .int()
      .positive()
      .max(16_384)
      .default(1_000)
      .describe('the largest ML storage volume that a recovery may ask for, in GB'),
    concurrent_jobs: z
      .number()
      .int()
      .positive()
      .optional()
      .describe('how many jobs that Relight launched may run at once'),
    spend_per_day_usd: z
      .number()
      .positive()
      .optional()
      .describe('the worst case of all launches within any 24 hours, in USD'),
  }),
  prices: Prices.default({}).describe(
    'USD per hour by Region and instance type, or the path of a YAML or JSON file with them; they come before the prices that ship with Relight',
  ),
  state_machines: z
    .array(MachineArn)
    .default([])
    .describe('ARNs of the Step Functions state machines that a playbook may start; without an entry, none'),
  autopilot: z
    .array(Autopilot)
    .default([])
    .describe('changes that relight.yaml approves instead of people; without an entry, people approve'),
  alarms: z.array(AlarmRule).default([]),
  intake: Intake.prefault({}),
  maintenance: z
    .array(MaintenanceSettings)
    .default([])
    .describe('windows in which new threads are held back; they are posted afterward'),
  sns: Sns.optional().describe('alarms over HTTPS from SNS; without it, /alarms/sns refuses all requests'),
  drills: z
    .strictObject({
      every_days: z
        .number()
        .int()
        .positive()
        .default(90)
        .describe('readiness reports a playbook that nobody has drilled for longer than this many days'),
    })
    .default({ every_days: 90 }),
  paging: Paging.optional().describe(
    'where the on-call tool takes events; the key is in the variable RELIGHT_PAGING_KEY',
  ),
  notify_fallback: NotifyFallback.optional().describe(
    'where open incidents are sent while Slack takes no messages for longer than a minute',
  ),
  retention_days: RetentionDays,
  slack: z
    .strictObject({
      messages_per_second: z
        .number()
        .positive()
        .max(50)
        .default(0.8)
        .describe('Slack allows about 1 message per second and channel'),
    })
    .default({ messages_per_second: 0.8 }),
});
/** The contents of a valid relight.yaml, with all defaults filled in. */
export type Settings = z.infer<typeof Settings>;
