import type { IncomingMessage } from 'node:http';
import { needsOfCall, needsOfS3 } from './iam/needs.ts';
import type { Need } from './iam/policy.ts';
import { queryError, type Sts } from './iam/sts.ts';
import { type Inner, type InnerRequest, pathOf } from './inner.ts';
import type { Ledger } from './ledger.ts';
import { MultipartUploads } from './multipart-uploads.ts';
import { operationIn, type Service } from './operation.ts';
import {
  type AwsError,
  errorResponse,
  type HttpResponse,
  jsonResponse,
  xmlErrorResponse,
} from './responses.ts';
import { operationOf, refuseUnsupported, requireConditions, type S3Request } from './s3-guard.ts';

/** One AWS call: its service and operation, how to run it, and how to format an error. */
export interface Call {
  readonly service: string;
  readonly operation: string;
  readonly changes: boolean;
  readonly request: unknown;
  /** The permissions that the caller needs. */
  readonly needs: readonly Need[];
  readonly run: () => Promise<HttpResponse>;
  readonly refuse: (error: AwsError) => HttpResponse;
}

/** Of the STS API; SNS also sends forms. */
const stsVersion = '2011-06-15';

const changingS3 = /^(Put|Copy|Delete|Create|Complete|Upload|Post)/;

export interface CallsDeps {
  readonly services: Readonly<Record<string, Service>>;
  readonly ledger: Ledger;
  readonly sts: Sts;
  /** S3, SQS and SNS. */
  readonly inner: Inner;
  /** The alarm queue's inner URL: a queue is found only by its exact URL. */
  readonly innerQueueUrl: string;
}

/** Routes requests by protocol: JSON services have a target header, SNS sends a form, everything else is S3. */
export class Calls {
  private readonly deps: CallsDeps;
  private readonly uploads = new MultipartUploads();
  private readonly keyQueues = new Map<string, Promise<unknown>>();

  constructor(deps: CallsDeps) {
    this.deps = deps;
  }

  /** `caller`: the ARN of who sent the request. */
  of(request: IncomingMessage, url: URL, body: Buffer, caller: string): Call {
    const target = request.headers['x-amz-target'];
    const [prefix = '', operation = ''] = typeof target === 'string' ? target.split('.') : [];
    const service = this.deps.services[prefix];
    if (service !== undefined) return jsonCall(service, operation, body);
    const run = (): Promise<HttpResponse> => this.pass(request, body);
    const forwarded = { changes: false, request: undefined, run };
    if (prefix === 'AmazonSQS') return this.sqsCall(request, operation, body);
    if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true)
      return this.formCall(forwarded, new URLSearchParams(body.toString()), caller);
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

  /** The Query protocol of SNS and STS. */
  private formCall(
    forwarded: Pick<Call, 'changes' | 'request' | 'run'>,
    form: URLSearchParams,
    caller: string,
  ): Call {
    const operation = form.get('Action') ?? '';
    if (form.get('Version') !== stsVersion) {
      const needs = needsOfCall('sns', operation, undefined);
      return { ...forwarded, service: 'sns', operation, needs, refuse: xmlErrorResponse };
    }
    return {
      ...forwarded,
      service: 'sts',
      operation,
      needs: [{ action: `sts:${operation}`, resource: form.get('RoleArn') ?? '' }],
      run: async () => this.deps.sts.run(form, caller),
      refuse: queryError,
    };
  }

  private sqsCall(request: IncomingMessage, operation: string, body: Buffer): Call {
    const input = JSON.parse(body.toString()) as { QueueUrl?: string };
    const { innerQueueUrl } = this.deps;
    const isKnown = input.QueueUrl?.split('/').at(-1) === innerQueueUrl.split('/').at(-1);
    const inner = Buffer.from(JSON.stringify(isKnown ? { ...input, QueueUrl: innerQueueUrl } : input));
    return {
      service: 'sqs',
      operation,
      changes: false,
      request: undefined,
      needs: needsOfCall('sqs', operation.replace(/Batch$/, ''), undefined),
      run: () => this.pass(request, inner),
      refuse: (error) => errorResponse(error, '1.0'),
    };
  }

  private s3Call(request: S3Request, forward: () => Promise<HttpResponse>): Call {
    const operation = operationOf(request);
    const changes = changingS3.test(operation);
    const run = (): Promise<HttpResponse> => this.guarded(request, operation, forward);
    const source = request.headers['x-amz-copy-source'];
    return {
      service: 's3',
      operation,
      changes,
      needs: needsOfS3(request, operation),
      refuse: xmlErrorResponse,
      request: { path: request.path, ...(source === undefined ? {} : { source }) },
      // Writes to the same key run one at a time; otherwise two conditional writes could both find the key free.
      run: changes ? () => this.oneAtATime(request.path, run) : run,
    };
  }

  private async guarded(
    request: S3Request,
    operation: string,
    forward: () => Promise<HttpResponse>,
  ): Promise<HttpResponse> {
    refuseUnsupported(request);
    await requireConditions(request, operation, (path) => this.etagOf(path));
    const answer = operation === 'ListMultipartUploads' ? this.uploads.list(request) : await forward();
    this.uploads.note(operation, request, answer);
    if (operation === 'GetObject' && answer.status < 300)
      this.deps.ledger.read(request.path, answer.body.length);
    return answer;
  }

  private async oneAtATime(key: string, run: () => Promise<HttpResponse>): Promise<HttpResponse> {
    const mine = (this.keyQueues.get(key) ?? Promise.resolve()).then(run, run);
    this.keyQueues.set(
      key,
      mine.catch(() => undefined),
    );
    return mine;
  }

  private async etagOf(path: string): Promise<string | undefined> {
    const { inner } = this.deps;
    if (!inner.has(path)) return undefined;
    const { status, headers } = await inner.send({ method: 'HEAD', url: pathOf(path) });
    return status === 200 ? String(headers['etag']) : undefined;
  }

  /** Forwards a request unchanged. */
  private async pass({ method, url = '/', headers }: IncomingMessage, body: Buffer): Promise<HttpResponse> {
    // Node takes any method, and the inner server refuses those that it does not know.
    return this.deps.inner.send({ method: method as InnerRequest['method'], url, headers, body });
  }
}

function jsonCall(service: Service, operation: string, body: Buffer): Call {
  const request: unknown = JSON.parse(body.length === 0 ? '{}' : body.toString());
  return {
    service: service.name,
    operation,
    request,
    needs: needsOfCall(service.name, operation, request),
    changes: service.operations[operation]?.changes ?? false,
    run: async () => jsonResponse(await operationIn(service, operation).run(request), service.version),
    refuse: (error) => errorResponse(error, service.version),
  };
}
