const supported =
  'Relight reads CloudWatch alarms and the SageMaker events of training jobs, endpoints and model packages';

/** Messages that reach an alarm queue by mistake, by a field that only they have. */
const known: readonly (readonly [field: string, what: string])[] = [
  ['SubscribeURL', 'an SNS subscription message; confirm the subscription at SNS'],
  ['receiver', 'an Alertmanager or Grafana notification'],
  ['routing_key', 'a PagerDuty event'],
  ['TrainingJobStatus', 'the output of DescribeTrainingJob, not an event; use `relight diagnose --describe`'],
  ['MetricAlarms', 'the output of DescribeAlarms, not an event'],
  ['StateValue', 'an alarm as DescribeAlarms lists it, not a state change'],
  ['s3', 'an S3 event'],
];

/** One line for people: what a message is, and what would be usable instead. */
export function unsupported(value: object): string {
  const event = stated(value, 'detail-type');
  if (event !== undefined) return unsupportedEvent(event, stated(value, 'source'));
  const what = known.find(([field]) => Object.hasOwn(value, field))?.[1];
  if (what !== undefined) return `it is ${what}. ${supported}`;
  const names = Object.keys(value).slice(0, 5);
  const has = names.length === 0 ? 'it is empty' : `it has ${names.map(short).join(', ')}`;
  return `it is neither an alarm (no AlarmName) nor an event (no detail-type): ${has}. ${supported}`;
}

function unsupportedEvent(type: string, source = 'an unknown source'): string {
  return `it is an event “${type}” of ${source}, which opens no incident. ${supported}`;
}

function stated(value: object, name: string): string | undefined {
  const found: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
  return typeof found === 'string' && found !== '' ? short(found) : undefined;
}

/** Anyone can write these texts. */
function short(text: string): string {
  return text.length <= 100 ? text : `${text.slice(0, 99)}…`;
}
