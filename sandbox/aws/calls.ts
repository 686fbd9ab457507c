import type { IncomingMessage } from 'node:http';
import { type Answer, type AwsError, errorAnswer, jsonAnswer, xmlErrorAnswer } from './answers.ts';
import { pass } from './forward.ts';
import type { Ledger } from './ledger.ts';
import { MultipartUploads } from './multipart-uploads.ts';
import { operationIn, type Service } from './operation.ts';
import { operationOf, refuseUnsupported, requireConditions, type S3Request } from './s3-guard.ts';

/** One call on its way: which service and operation, how to carry it out, and how to word an error. */
export interface Call {
  readonly service: string;
  readonly operation: string;
  readonly changes: boolean;
  readonly request: unknown;
  readonly run: () => Promise<Answer>;
  readonly refuse: (error: AwsError) => Answer;
}

const changingS3 = /^(Put|Copy|Delete|Create|Complete|Upload|Post)/;

export interface CallsParts {
  readonly services: Readonly<Record<string, Service>>;
  readonly ledger: Ledger;
  /** The S3, SQS and SNS server behind. */
  readonly inner: string;
  /** How the server behind calls the alarm queue: it knows a queue by its exact address only. */
  readonly innerQueueUrl: string;
}

/** Tells requests apart by protocol: JSON services by their target header, SNS by its form, S3 by what is left. */
export class Calls {
  private readonly parts: CallsParts;
  private readonly uploads = new MultipartUploads();
  private readonly keyQueues = new Map<string, Promise<unknown>>();

  constructor(parts: CallsParts) {
    this.parts = parts;
  }

  of(request: IncomingMessage, url: URL, body: Buffer): Call {
    const target = request.headers['x-amz-target'];
    const [prefix = '', operation = ''] = typeof target === 'string' ? target.split('.') : [];
    const service = this.parts.services[prefix];
    if (service !== undefined) return jsonCall(service, operation, body);
    const run = (): Promise<Answer> => pass(this.parts.inner, request, body);
    const passed = { changes: false, request: undefined, run };
    if (prefix === 'AmazonSQS') return this.sqsCall(request, operation, body);
    if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true)
      return {
        ...passed,
        service: 'sns',
        operation: new URLSearchParams(body.toString()).get('Action') ?? '',
        refuse: xmlErrorAnswer,
      };
    return this.s3Call(
      {
        method: request.method ?? 'GET',
        path: decodeURIComponent(url.pathname),
        query: url.searchParams,
        headers: request.headers,
      },
      run,
    );
  }

  private sqsCall(request: IncomingMessage, operation: string, body: Buffer): Call {
    const input = JSON.parse(body.toString()) as { QueueUrl?: string };
    const { innerQueueUrl } = this.parts;
    const isKnown = input.QueueUrl?.split('/').at(-1) === innerQueueUrl.split('/').at(-1);
    const inner = Buffer.from(JSON.stringify(isKnown ? { ...input, QueueUrl: innerQueueUrl } : input));
    return {
      service: 'sqs',
      operation,
      changes: false,
      request: undefined,
      run: () => pass(this.parts.inner, request, inner),
      refuse: (error) => errorAnswer(error, '1.0'),
    };
  }

  private s3Call(request: S3Request, passOn: () => Promise<Answer>): Call {
    const operation = operationOf(request);
    const changes = changingS3.test(operation);
    const run = (): Promise<Answer> => this.guarded(request, operation, passOn);
    const source = request.headers['x-amz-copy-source'];
    return {
      service: 's3',
      operation,
      changes,
      refuse: xmlErrorAnswer,
      request: { path: request.path, ...(source === undefined ? {} : { source }) },
      // One write of a key after the other: otherwise two conditional writes could both find the key free.
      run: changes ? () => this.inTurn(request.path, run) : run,
    };
  }

  private async guarded(
    request: S3Request,
    operation: string,
    passOn: () => Promise<Answer>,
  ): Promise<Answer> {
    refuseUnsupported(request);
    await requireConditions(request, operation, (path) => this.etagOf(path));
    const answer = operation === 'ListMultipartUploads' ? this.uploads.list(request) : await passOn();
    this.uploads.note(operation, request, answer);
    if (operation === 'GetObject' && answer.status < 300)
      this.parts.ledger.read(request.path, answer.body.length);
    return answer;
  }

  private async inTurn(key: string, run: () => Promise<Answer>): Promise<Answer> {
    const mine = (this.keyQueues.get(key) ?? Promise.resolve()).then(run, run);
    this.keyQueues.set(
      key,
      mine.catch(() => undefined),
    );
    return mine;
  }

  private async etagOf(path: string): Promise<string | undefined> {
    const answer = await fetch(`${this.parts.inner}${encodeURI(path)}`, { method: 'HEAD' });
    return answer.ok ? (answer.headers.get('etag') ?? undefined) : undefined;
  }
}

function jsonCall(service: Service, operation: string, body: Buffer): Call {
  const request: unknown = JSON.parse(body.length === 0 ? '{}' : body.toString());
  return {
    service: service.name,
    operation,
    request,
    changes: service.operations[operation]?.changes ?? false,
    run: async () => jsonAnswer(await operationIn(service, operation).run(request), service.version),
    refuse: (error) => errorAnswer(error, service.version),
  };
}
