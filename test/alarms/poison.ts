import fc from 'fast-check';
import { aJobEvent, anAlarm, began } from './an-alarm-handler.ts';

/** Input from an attacker who can name an alarm or write a log line. */
const poison = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ unit: 'grapheme', maxLength: 80 }),
  fc.constantFrom(
    '<!channel> <@U0LEAD> <https://evil.example|your login>',
    'https://evil.example/?q=1 :tada: *bold* `code` ~gone~ <#C0INCIDENT>',
    '\u202Egnp.exe\u2066\u200B\uFEFF',
    'NUL\u0000 and \u001B[31m red',
    '\uD800 alone',
    '__proto__',
    'constructor',
    '&lt;!here&gt; &amp;amp;',
    '\n\n\r\t',
    '',
  ),
  fc.constantFrom(' ', '<', 'é', '🔥', '*').map((letter) => letter.repeat(2_000)),
);

/** A megabyte; rare, because it is slow. */
const huge = fc.constantFrom('x', '<', '\u202E').map((letter) => letter.repeat(1_000_000));
/** Includes tags that the rules match. */
export const text = fc.oneof({ weight: 200, arbitrary: poison }, { weight: 1, arbitrary: huge });
/** Usually within the length limit of names, or it would be rejected for its length alone. */
const short = fc.oneof(
  { weight: 4, arbitrary: text.map((one) => one.slice(0, 100)) },
  { weight: 1, arbitrary: text },
);
/** Names of object properties, such as __proto__, are not dimension names. */
const names = fc.oneof(fc.constantFrom('Host', 'EndpointName', '__proto__', 'constructor', 'toString'), text);

/** Usually a job that a tier covers, or no incident would open. */
const job = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 9 }).map((n) => `srl-rlvr-gold-${n}`) },
  { weight: 1, arbitrary: text.map((one) => `srl-rlvr-${one}`) },
);
const at = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 600_000 }).map((ms) => began + ms) },
  { weight: 1, arbitrary: fc.constantFrom(0, -1, 8.64e15) },
);

/** A field that no parser reads. Nested brackets are inserted later, because JSON.stringify cannot nest that deep. */
const nested = fc.oneof(
  { weight: 20, arbitrary: fc.constant('') },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 20_000 }).map((levels) => `@deep:${levels}@`) },
);

const alarm = fc
  .tuple(fc.constantFrom('ALARM', 'OK', 'INSUFFICIENT_DATA'), at, job, text, short, nested)
  .map(([state, when, name, reason, rest, deeper]) => ({
    ...object(anAlarm(state, when, { job: name, name: `TrainingJobInterrupted-${rest}` })),
    NewStateReason: reason,
    AlarmDescription: rest,
    InsufficientDataActions: deeper,
  }));
/** An EventBridge event for a metric alarm or a composite alarm. */
const eventAlarm = fc
  .tuple(
    fc.constantFrom('ALARM', 'OK', 'INSUFFICIENT_DATA', 'DREAMING'),
    at,
    job,
    short,
    fc.dictionary(names, text, { maxKeys: 3, noNullPrototype: false }),
    fc.array(text, { maxLength: 3 }),
  )
  .map(([value, when, host, reason, more, children]) => ({
    'detail-type': 'CloudWatch Alarm State Change',
    source: 'aws.cloudwatch',
    resources: [`arn:aws:cloudwatch:us-east-1:123456789012:alarm:${reason}`],
    detail: {
      alarmName: `TrainingJobInterrupted-${reason}`,
      state: {
        value,
        reason,
        reasonData: JSON.stringify({ triggeringAlarms: children.map((arn) => ({ arn })) }),
        timestamp: when,
      },
      configuration: {
        description: reason,
        metrics: [{ metricStat: { metric: { dimensions: { ...more, Host: `${host}/algo-1` } } } }],
      },
    },
  }));
/** The job is named by the tags of the alarm. */
const tagged = fc.tuple(at, text).map(([when, reason]) => ({
  AlarmName: 'Tagged-any',
  AlarmArn: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:Tagged-any',
  NewStateValue: 'ALARM',
  NewStateReason: reason,
  StateChangeTime: when,
}));
const modelPackage = fc.tuple(text, at, text).map(([arn, when, status]) => ({
  'detail-type': 'SageMaker Model Package State Change',
  time: when,
  detail: { ModelPackageArn: arn, ModelPackageStatus: status, ModelApprovalStatus: status },
}));
const jobEvent = fc
  .tuple(fc.constantFrom('Failed', 'Stopped', 'InProgress', 'Completed', 'Dreaming'), short, at, job, text)
  .map(([status, secondary, when, name, reason]) => {
    const event = object(aJobEvent(status, secondary, when, name));
    return {
      ...event,
      detail: { ...detailOf(event), FailureReason: reason, HyperParameters: { [reason]: reason } },
    };
  });
const endpoint = fc.tuple(text, at, job, text).map(([status, when, name, reason]) => ({
  'detail-type': 'SageMaker Endpoint State Change',
  time: when,
  detail: { EndpointName: name, EndpointStatus: status === '' ? 'FAILED' : status, FailureReason: reason },
}));
const composite = fc.tuple(at, fc.array(text, { maxLength: 3 }), text).map(([when, children, reason]) => ({
  AlarmName: 'TrainingJobInterrupted-any',
  NewStateValue: 'ALARM',
  NewStateReason: reason,
  StateChangeTime: when,
  TriggeringChildren: children.map((name) => ({ Arn: `arn:aws:cloudwatch:us-east-1:1:alarm:${name}` })),
}));

const deep = fc
  .integer({ min: 1, max: 20_000 })
  .map((depth) => `${'{"detail":'.repeat(depth)}1${'}'.repeat(depth)}`);
const broken = fc.oneof(
  fc.json(),
  text,
  deep,
  fc.constantFrom(
    '{"__proto__":{"AlarmName":"x","NewStateValue":"ALARM"}}',
    '{"AlarmName":{"__proto__":1},"NewStateValue":["ALARM"]}',
    '{"detail-type":"constructor","detail":{}}',
    '{"AlarmName":"a","AlarmName":"b","NewStateValue":"ALARM","StateChangeTime":"2026-11-24T03:00:00Z"}',
  ),
);

/** In an SNS envelope or plain. */
function carried(message: object, wrapped: boolean): string {
  const body = JSON.stringify(message).replace(
    /"@deep:(\d+)@"/,
    (_, levels: string) => `${'['.repeat(Number(levels))}${']'.repeat(Number(levels))}`,
  );
  return wrapped ? JSON.stringify({ Type: 'Notification', MessageId: '1', Message: body }) : body;
}

export const anyMessage: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.oneof(alarm, eventAlarm, tagged, jobEvent, endpoint, modelPackage, composite), fc.boolean())
      .map(([message, wrapped]) => carried(message, wrapped)),
  },
  { weight: 1, arbitrary: broken },
);

function object(json: string): Record<string, unknown> {
  // Text written by the builders of these tests.
  return JSON.parse(json) as Record<string, unknown>;
}

function detailOf(event: Record<string, unknown>): Record<string, unknown> {
  return event['detail'] as Record<string, unknown>;
}

/** Poison that must have been accepted for the test to be meaningful. */
export const kinds: Readonly<Record<string, (body: string) => boolean>> = {
  bidi: (body) => /\u202E|\u2066/.test(body),
  NUL: (body) => body.includes('\\u0000'),
  __proto__: (body) => body.includes('__proto__'),
  'a megabyte': (body) => body.length > 900_000,
  'deep JSON': (body) => body.includes('['.repeat(1_000)),
  mention: (body) => body.includes('<!channel>'),
};
