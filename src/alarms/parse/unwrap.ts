/** One message can hold several notifications, each inside other messages; deeper or more is nothing that AWS sends. */
const maxDepth = 6;
const maxNotifications = 100;

export type Unwrapped = { readonly notification: object } | { readonly problem: string };

/**
 * Takes the alarms and events out of whatever delivered them: an SNS envelope, the `Records` or the list that a Lambda
 * function or a pipe received, the output of `aws sqs receive-message`, or JSON inside a JSON string.
 */
export function unwrap(body: string): readonly Unwrapped[] {
  const value = readJson(body);
  if (value === undefined) return [{ problem: 'the message is not JSON' }];
  const found = open(value, 'the message', maxDepth);
  const rest = found.length - maxNotifications;
  if (rest <= 0) return found;
  return [
    ...found.slice(0, maxNotifications),
    {
      problem: `it contains ${rest} more notifications than the ${maxNotifications} that one message may have`,
    },
  ];
}

function open(value: unknown, what: string, depth: number): readonly Unwrapped[] {
  if (depth === 0)
    return [{ problem: `${what} contains messages inside messages, more than ${maxDepth} deep` }];
  if (typeof value === 'string') return openText(value, what, depth);
  if (Array.isArray(value)) return openAll(value, `an empty list`, `item of the list`, depth);
  if (typeof value !== 'object' || value === null)
    return [{ problem: `${what} is ${String(value)}, not an object` }];
  const records = field(value, 'Records') ?? field(value, 'Messages');
  if (Array.isArray(records)) return openAll(records, 'an empty list of Records', 'record', depth);
  const [inner, name] = wrapped(value);
  return inner === undefined ? [{ notification: value }] : open(inner, name, depth - 1);
}

/** The content of an envelope: of SNS, of an SNS record of Lambda, or of an SQS message as Lambda or the CLI writes it. */
function wrapped(value: object): readonly [inner: unknown, name: string] {
  if (field(value, 'Type') === 'Notification') return [field(value, 'Message'), 'the SNS message'];
  const isSqs = field(value, 'messageId') !== undefined || field(value, 'MessageId') !== undefined;
  if (isSqs && field(value, 'Type') === undefined)
    return [field(value, 'body') ?? field(value, 'Body'), 'the SQS message'];
  return [field(value, 'Sns'), 'the SNS record'];
}

function openText(text: string, what: string, depth: number): readonly Unwrapped[] {
  const inner = readJson(text);
  if (inner === undefined) return [{ problem: `${what} does not contain JSON` }];
  return open(inner, what, depth - 1);
}

function openAll(all: readonly unknown[], empty: string, what: string, depth: number): readonly Unwrapped[] {
  if (all.length === 0) return [{ problem: `it is ${empty}` }];
  return all
    .slice(0, maxNotifications + 1)
    .flatMap((one, index) => open(one, `${what} ${index + 1}`, depth - 1));
}

function field(value: object, name: string): unknown {
  return Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
}

function readJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    dropNulls(value);
    return value;
  } catch {
    return undefined;
  }
}

/** AWS writes null for fields that are not set. Without recursion, since a message can nest deeper than the stack. */
function dropNulls(root: unknown): void {
  const left = [root];
  for (let value = left.pop(); value !== undefined; value = left.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    for (const [name, inner] of Object.entries(value)) {
      if (typeof inner === 'object' && inner !== null) left.push(inner);
      else if (inner === null && !Array.isArray(value)) Reflect.deleteProperty(value, name);
    }
  }
}
