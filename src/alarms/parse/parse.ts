import { z } from 'zod';
import { EventAlarm, SnsAlarm } from './alarm-shapes.ts';
import { EndpointEvent, ModelPackageEvent, TrainingJobEvent } from './sagemaker-shapes.ts';
import type { Signal } from './signal.ts';

/** `problem`: why the message cannot be read; the caller keeps it, since no message is ever dropped. */
export type Parsed = { readonly signal: Signal } | { readonly problem: string };

/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
const Envelope = z.object({ Type: z.literal('Notification'), Message: z.string() });

const events: Readonly<Record<string, z.ZodType<Signal>>> = {
  'CloudWatch Alarm State Change': EventAlarm,
  'SageMaker Training Job State Change': TrainingJobEvent,
  'SageMaker Endpoint State Change': EndpointEvent,
  'SageMaker Endpoint Deployment State Change': EndpointEvent,
  'SageMaker Model Package State Change': ModelPackageEvent,
};

/** Reads a message: an alarm or event, bare or inside an SNS envelope. */
export function parseSignal(body: string): Parsed {
  const outer = readJson(body);
  if (outer === undefined) return { problem: 'the message is not JSON' };
  const envelope = Envelope.safeParse(outer);
  const inner = envelope.success ? readJson(envelope.data.Message) : outer;
  if (inner === undefined) return { problem: 'the SNS message does not contain JSON' };
  const shape = shapeOf(inner);
  if (shape === undefined)
    return { problem: 'neither a CloudWatch alarm nor a SageMaker event that Relight supports' };
  const parsed = shape.safeParse(inner);
  return parsed.success ? { signal: parsed.data } : { problem: issuesIn(parsed.error) };
}

function shapeOf(value: unknown): z.ZodType<Signal> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Object.hasOwn(value, 'AlarmName')) return SnsAlarm;
  const type: unknown = Object.hasOwn(value, 'detail-type') && Reflect.get(value, 'detail-type');
  return typeof type === 'string' && Object.hasOwn(events, type) ? events[type] : undefined;
}

function issuesIn(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.join('.')} ${message}`)
    .join('; ');
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
