/** An AWS error with the service's code and message. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** The response to one HTTP request. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

/** The headers of a response that is passed on, without those that are about its own connection. */
export function passedOn(
  headers: Readonly<Record<string, number | string | string[] | undefined>>,
): HttpResponse['headers'] {
  const { 'transfer-encoding': _chunked, connection: _connection, ...rest } = headers;
  return Object.fromEntries(
    Object.entries(rest).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value : String(value)]],
    ),
  );
}

export function jsonResponse(value: unknown, version: string): HttpResponse {
  return {
    status: 200,
    headers: { 'content-type': `application/x-amz-json-${version}` },
    body: Buffer.from(JSON.stringify(value)),
  };
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CommonErrors.html: CloudWatch also sends the error code in a header. */
export function errorResponse({ code, message, status }: AwsError, version: string): HttpResponse {
  const headers = {
    'content-type': `application/x-amz-json-${version}`,
    'x-amzn-errortype': code,
    'x-amzn-query-error': `${code};Sender`,
  };
  return { status, headers, body: Buffer.from(JSON.stringify({ __type: code, message })) };
}

export function xmlErrorResponse({ code, message, status }: AwsError): HttpResponse {
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message><RequestId>sandbox</RequestId></Error>`;
  return { status, headers: { 'content-type': 'application/xml' }, body: Buffer.from(body) };
}

const entities: Readonly<Record<string, string>> = {
  '&': 'amp',
  '<': 'lt',
  '>': 'gt',
  '"': 'quot',
  "'": 'apos',
};
const characters = Object.fromEntries(Object.entries(entities).map(([character, name]) => [name, character]));

export function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&${entities[character]};`);
}

export function unescaped(xml: string): string {
  return xml.replaceAll(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => characters[name] ?? '');
}
