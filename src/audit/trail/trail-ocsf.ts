import type { TrailRecord } from '../../incidents/record/trail-record.ts';
import type { AwsCallMade } from '../../ports/calls.ts';

/**
 * OCSF 1.5.0, class API Activity (6003): https://schema.ocsf.io/1.5.0/classes/api_activity. An Incident Finding (2005) is
 * a security incident, which a failed training job is not.
 */
const schema = '1.5.0';
const classUid = 6003;
const activities = { create: 1, read: 2, update: 3, delete: 4, other: 99 } as const;
type Activity = keyof typeof activities;

/** The entry itself and, after it, each AWS request that it reports. */
export function ocsfOf(record: TrailRecord): readonly unknown[] {
  const { entry, decision } = record;
  const operation = entry.event.type;
  const own = {
    ...classified(activityOf(operation)),
    ...common(record, `${record.journal}-${entry.seq}`),
    status_id: decision === 'refused' || operation.endsWith('failed') ? 2 : 1,
    message: record.what,
    api: {
      operation,
      service: { name: 'relight' },
      ...(record.hash !== undefined && { request: { uid: record.hash } }),
    },
    src_endpoint: { svc_name: record.via === undefined ? 'relight' : 'slack' },
    raw_data: JSON.stringify(entry),
  };
  return [own, ...record.calls.map((call, index) => callOf(record, call, index))];
}

function callOf(record: TrailRecord, call: AwsCallMade, index: number): unknown {
  const { service, operation, requestId, error } = call;
  return {
    ...classified(awsActivity(operation)),
    ...common(record, `${record.journal}-${record.entry.seq}-aws-${index + 1}`),
    status_id: error === undefined ? 1 : 2,
    ...(error !== undefined && { status_code: error }),
    message: `AWS ${service} ${operation}`,
    api: {
      operation,
      service: { name: service },
      ...(requestId !== undefined && { request: { uid: requestId } }),
    },
    src_endpoint: { svc_name: 'relight' },
  };
}

function classified(activity: Activity): Readonly<Record<string, unknown>> {
  const activityId = activities[activity];
  return {
    class_uid: classUid,
    category_uid: 6,
    activity_id: activityId,
    type_uid: classUid * 100 + activityId,
    severity_id: 1,
    ...(activity === 'other' && { activity_name: 'Other' }),
  };
}

function common(
  { entry, journal, time, who, step }: TrailRecord,
  uid: string,
): Readonly<Record<string, unknown>> {
  return {
    time: entry.at,
    metadata: {
      version: schema,
      product: { name: 'Relight', vendor_name: 'Relight' },
      uid,
      correlation_uid: journal,
      sequence: entry.seq,
      original_time: time,
      log_name: 'journal',
    },
    actor:
      who === undefined ? { app_name: 'Relight' } : { user: { uid: who, type_id: 1 }, app_name: 'Slack' },
    resources: [
      { uid: journal, type: 'incident' },
      ...(step === undefined ? [] : [{ uid: `${journal}/${step}`, type: 'step' }]),
    ],
    unmapped: { hash: entry.hash, previous_hash: entry.prev },
  };
}

function activityOf(type: string): Activity {
  if (type === 'opened') return 'create';
  return type.endsWith('viewed') ? 'read' : 'update';
}

function awsActivity(operation: string): Activity {
  if (/^(Create|Copy|Put|Upload|Start|Complete)/.test(operation)) return 'create';
  if (/^(Delete|Abort)/.test(operation)) return 'delete';
  return /^(Update|Stop|Add)/.test(operation) ? 'update' : 'other';
}
