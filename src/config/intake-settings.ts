import { z } from 'zod';
import { IncidentKind } from '../playbooks/define.ts';

export const minutes = z.number().positive('must be a number of minutes');
export const Pattern = z.string().min(1).describe('`*` matches any characters');

const Patterns = z.record(z.string().min(1), Pattern);

/** A rule under `alarms` in relight.yaml. */
export const AlarmRule = z
  .strictObject({
    alarm: Pattern.describe('name pattern of the alarms'),
    dimensions: Patterns.optional().describe('patterns of dimension values; all must match'),
    tags: Patterns.optional().describe('patterns of tag values; all must match'),
    kind: IncidentKind,
    job_dimension: z
      .string()
      .min(1)
      .optional()
      .describe('the dimension that contains the job name; default Host. A suffix /algo-… is removed'),
    job_tag: z.string().min(1).optional().describe('alternative: the alarm tag that contains the job name'),
    job_in_name: z
      .literal(true)
      .optional()
      .describe(
        'alternative: the part of the alarm name that the first * of `alarm` matches is the job name',
      ),
  })
  .refine(
    ({ job_dimension: dimension, job_tag: tag, job_in_name: name }) =>
      [dimension, tag, name].filter((one) => one !== undefined).length <= 1,
    'can only have one of job_dimension, job_tag and job_in_name',
  )
  .refine(
    ({ alarm, job_in_name: name }) => name === undefined || alarm.includes('*'),
    'needs a * in `alarm`, because job_in_name uses the part that it matches',
  );

/** How failures are detected and grouped. Every value has a default. */
export const Intake = z.strictObject({
  poll_seconds: z
    .number()
    .int()
    .min(5, 'must be at least 5: AWS allows few list calls per second')
    .max(60, 'must be at most 60, so that failures are reported within two minutes')
    .default(60)
    .describe('seconds between polls of AWS, which find failures if an alarm message was lost'),
  rpo_seconds: z
    .number()
    .int()
    .min(5, 'must be at least 5: AWS allows few list calls per second')
    .max(600, 'must be at most 600, so that a job that stops saving is reported soon after its RPO')
    .default(300)
    .describe('seconds between checks of the checkpoints of running jobs'),
  flapping: z
    .strictObject({ changes: z.number().int().min(3), minutes })
    .default({ changes: 6, minutes: 15 })
    .describe('an alarm with this many changes within this many minutes is flapping: muted until stable'),
  system_failure: z
    .strictObject({ jobs: z.number().int().min(2), minutes })
    .default({ jobs: 5, minutes: 5 })
    .describe('this many jobs that fail for the same cause within this many minutes become one incident'),
  silent_minutes: z
    .strictObject({
      sqs: minutes.default(5),
      poller: minutes.default(10),
      sns: minutes.optional().describe('set it only if something publishes to the topic at least this often'),
    })
    .prefault({})
    .describe('after how many minutes without a message an alarm source is reported as silent'),
  settle_minutes: minutes
    .default(5)
    .describe(
      'minutes after which an incident is auto-closed if all its alarms are OK and nobody has started work',
    ),
});
