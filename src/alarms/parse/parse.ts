import type { z } from 'zod';
import { EventAlarm, LambdaAlarm, SnsAlarm } from './alarm-shapes.ts';
import { EndpointEvent, ModelPackageEvent, TrainingJobEvent } from './sagemaker-shapes.ts';
import type { Signal } from './signal.ts';
import { unsupported } from './unsupported.ts';
import { unwrap } from './unwrap.ts';

/** `problem`: why the message cannot be read; the caller keeps it, since no message is ever dropped. */
export type Parsed = { readonly signal: Signal } | { readonly problem: string };

const events: Readonly<Record<string, z.ZodType<Signal>>> = {
  'CloudWatch Alarm State Change': EventAlarm,
  'CloudWatch Alarm Contributor State Change': EventAlarm,
  'SageMaker Training Job State Change': TrainingJobEvent,
  'SageMaker Endpoint State Change': EndpointEvent,
  'SageMaker Endpoint Deployment State Change': EndpointEvent,
  'SageMaker Model Package State Change': ModelPackageEvent,
};

/** Reads a message: one or more alarms and events, bare or inside the envelopes of other services. Never empty. */
export function parseSignals(body: string): readonly Parsed[] {
  return unwrap(body).map((one) => ('problem' in one ? one : parseNotification(one.notification)));
}

function parseNotification(value: object): Parsed {
  const shape = shapeOf(value);
  if (shape === undefined) return { problem: unsupported(value) };
  const parsed = shape.safeParse(value, { error: issueInWords });
  return parsed.success ? { signal: parsed.data } : { problem: issuesIn(parsed.error) };
}

function shapeOf(value: object): z.ZodType<Signal> | undefined {
  if (Object.hasOwn(value, 'AlarmName')) return SnsAlarm;
  if (Object.hasOwn(value, 'alarmData')) return LambdaAlarm;
  const type: unknown = Object.hasOwn(value, 'detail-type') && Reflect.get(value, 'detail-type');
  return typeof type === 'string' && Object.hasOwn(events, type) ? events[type] : undefined;
}

/** For fields whose schema has no words of its own. */
const issueInWords: z.core.$ZodErrorMap = ({ code, expected, input }) => {
  if (input === undefined) return 'is missing';
  return code === 'invalid_type' ? `must be of type ${expected}` : 'has an unknown form';
};

function issuesIn(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.join('.')} ${message}`)
    .join('; ');
}
