import { createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { credentials } from '../../../sandbox/relight-process.ts';
import type { SignedRequest } from '../../support/slack-requests.ts';

/** A request as it is sent. */
export interface RawRequest {
  readonly method?: string;
  readonly path?: string;
  /** A list sends the header several times. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

export type Change = (request: SignedRequest) => RawRequest;

export const signature = 'x-slack-signature';
const timestamp = 'x-slack-request-timestamp';

export function withHeaders(request: SignedRequest, changes: RawRequest['headers']): RawRequest {
  return { headers: { ...request.headers, ...changes }, body: Buffer.from(request.body) };
}

export function withBody(
  { headers }: SignedRequest,
  body: string | Buffer,
  changes: RawRequest['headers'] = {},
): RawRequest {
  return { headers: { ...headers, ...changes }, body: Buffer.from(body) };
}

function without(request: SignedRequest, name: keyof SignedRequest['headers']): RawRequest {
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([one]) => one !== name));
  return { headers, body: Buffer.from(request.body) };
}

export const missing: readonly Change[] = [
  (one) => without(one, signature),
  (one) => without(one, timestamp),
  (one) => without(one, 'content-type'),
];

/** The same content in other bytes, or a little more or less of it. */
export const recoded: readonly Change[] = [
  (one) => withBody(one, Buffer.from(one.body, 'utf16le')),
  (one) => withBody(one, Buffer.from(one.body).toString('base64')),
  (one) => withBody(one, `\uFEFF${one.body}`),
  (one) => withBody(one, `${one.body}\n`),
  (one) => withBody(one, `${one.body} `),
  (one) => withBody(one, `${one.body}&more=1`),
  (one) => withBody(one, `${one.body}${one.body}`),
  (one) => withBody(one, one.body.slice(0, -1)),
  (one) => withBody(one, encodeURIComponent(one.body)),
  (one) => withBody(one, JSON.stringify(one.body)),
  (one) => withBody(one, gzipSync(one.body), { 'content-encoding': 'gzip' }),
  (one) => withBody(one, gzipSync(one.body), { 'content-encoding': 'deflate' }),
  (one) => withBody(one, one.body, { 'content-encoding': 'x' }),
];

const timestamps: readonly ((time: string) => string | readonly string[])[] = [
  (time) => `0${time}`,
  (time) => `+${time}`,
  (time) => `-${time}`,
  (time) => `${time}.0`,
  (time) => `${time}e0`,
  (time) => `0x${Number(time).toString(16)}`,
  (time) => String(Number(time) + 1),
  (time) => String(Number(time) - 1),
  (time) => `${time}000`,
  (time) => [time, time],
  (time) => [time, String(Number(time) + 1)],
  () => '',
  () => 'NaN',
];
export const misdated: readonly Change[] = timestamps.map(
  (change) => (one) => withHeaders(one, { [timestamp]: change(one.headers[timestamp]) }),
);

const signatures: readonly ((given: string) => string | readonly string[])[] = [
  (given) => given.replace('v0=', 'v1='),
  (given) => given.replace('v0=', 'V0='),
  (given) => given.replace('v0=', ''),
  (given) => given.replace('v0=', 'v0=='),
  (given) => `${given}=`,
  (given) => `${given}=x`,
  (given) => `${given}00`,
  (given) => given.slice(0, -1),
  (given) => given.toUpperCase().replace('V0', 'v0'),
  (given) => [given, given],
  (given) => [given, `v0=${'0'.repeat(64)}`],
  (given) => [`v0=${'0'.repeat(64)}`, given],
  () => `v0=${'0'.repeat(64)}`,
  () => 'v0=',
  () => '',
];
export const missigned: readonly Change[] = [
  ...signatures.map<Change>(
    (change) => (one) => withHeaders(one, { [signature]: change(one.headers[signature]) }),
  ),
  // Rightly signed with the secret, in a version that does not exist.
  (one) => {
    const mac = createHmac('sha256', credentials.signingSecret);
    const version1 = mac.update(`v1:${one.headers[timestamp]}:${one.body}`).digest('hex');
    return withHeaders(one, { [signature]: `v1=${version1}` });
  },
];

export const mistyped: readonly Change[] = [
  'text/plain',
  'text/plain; charset=UTF-8',
  'multipart/form-data; boundary=x',
  'application/xml',
  'application/jsonp',
  'text/json',
  '*/*',
  '',
].map((type) => (one) => withHeaders(one, { 'content-type': type }));

/** The signature stays the one that was accepted before, whatever else is different. */
export const replayed: readonly Change[] = [
  (one) => withHeaders(one, {}),
  (one) => withHeaders(one, { 'x-slack-retry-num': '1', 'x-slack-retry-reason': 'http_timeout' }),
  (one) => withHeaders(one, { [signature]: ` ${one.headers[signature]}` }),
  (one) => withHeaders(one, { [timestamp]: `0${one.headers[timestamp]}` }),
  (one) => withHeaders(one, { 'content-type': 'application/json' }),
  (one) => ({ ...withHeaders(one, {}), path: '/slack/events/' }),
  (one) => ({ ...withHeaders(one, {}), path: '/slack/events?again=1' }),
  (one) => ({ ...withHeaders(one, {}), path: '/SLACK/events' }),
  (one) => ({ ...withHeaders(one, {}), method: 'PUT' }),
];

/** Bodies that Slack never sends. */
export const meaningless: readonly string[] = [
  '5',
  'null',
  'true',
  '""',
  '[]',
  '{}',
  '',
  ' ',
  '{"event":5}',
  '{"event":null}',
  '{"type":7}',
  '{"actions":null}',
  '{"command":{}}',
  '{"__proto__":{"type":"block_actions"}}',
];

export const unsigned: readonly Change[] = meaningless.map((body) => (one) => withBody(one, body));
