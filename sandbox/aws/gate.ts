import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, AwsError, errorAnswer, jsonAnswer, xmlErrorAnswer } from './answers.ts';
import type { Control } from './control.ts';
import type { Fault, Faults } from './faults.ts';
import { pass } from './forward.ts';
import type { Ledger } from './ledger.ts';
import { operationOf, refuseUnsupported, requireConditions, type S3Request } from './s3-guard.ts';
import { operationIn, type Service } from './services.ts';

export interface GateParts {
  readonly services: Readonly<Record<string, Service>>;
  readonly control: Control;
  readonly ledger: Ledger;
  readonly faults: Faults;
  /** The S3, SQS and SNS server behind. */
  readonly inner: string;
}

/** One call on its way: which service and operation, how to carry it out, and how to word an error. */
interface Call {
  readonly service: string;
  readonly operation: string;
  readonly changes: boolean;
  readonly request: unknown;
  readonly run: () => Promise<Answer>;
  readonly refuse: (error: AwsError) => Answer;
}

const changingS3 = /^(Put|Copy|Delete|Create|Complete|Upload|Post)/;

/** Every request of the region comes through here: told apart, made to fail when asked for, carried out, written down. */
export class Gate {
  private readonly parts: GateParts;
  private readonly keyQueues = new Map<string, Promise<unknown>>();

  constructor(parts: GateParts) {
    this.parts = parts;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const url = new URL(request.url ?? '/', 'http://sandbox');
    if (url.pathname.startsWith('/_sandbox/'))
      return this.controlled(request.method ?? 'GET', url.pathname, body, response);
    const call = this.callOf(request, url, body);
    const gone = new Promise<void>((resolve) => response.once('close', resolve));
    const answer = await this.withFaults(call, gone);
    if (answer === undefined) {
      response.socket?.destroy();
      return;
    }
    response.writeHead(answer.status, { ...answer.headers } as Record<string, string>);
    response.end(answer.body);
  }

  private async controlled(
    method: string,
    path: string,
    body: Buffer,
    response: ServerResponse,
  ): Promise<void> {
    const answer = await this.parts.control.answer(method, path, body.toString()).then(
      (value) =>
        value === undefined
          ? { status: 404, value: { error: `no ${method} ${path}` } }
          : { status: 200, value },
      (error: unknown) => ({ status: 400, value: { error: String(error) } }),
    );
    response
      .writeHead(answer.status, { 'content-type': 'application/json' })
      .end(JSON.stringify(answer.value));
  }

  private callOf(request: IncomingMessage, url: URL, body: Buffer): Call {
    const target = request.headers['x-amz-target'];
    const [prefix = '', operation = ''] = typeof target === 'string' ? target.split('.') : [];
    const service = this.parts.services[prefix];
    if (service !== undefined) return this.jsonCall(service, operation, body);
    const passOn = (): Promise<Answer> => pass(this.parts.inner, request, body);
    if (prefix === 'AmazonSQS')
      return {
        service: 'sqs',
        operation,
        changes: false,
        request: undefined,
        run: passOn,
        refuse: (error) => errorAnswer(error, '1.0'),
      };
    if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true)
      return {
        service: 'sns',
        operation: new URLSearchParams(body.toString()).get('Action') ?? '',
        changes: false,
        request: undefined,
        run: passOn,
        refuse: xmlErrorAnswer,
      };
    return this.s3Call(
      {
        method: request.method ?? 'GET',
        path: decodeURIComponent(url.pathname),
        query: url.searchParams,
        headers: request.headers,
      },
      passOn,
    );
  }

  private jsonCall(service: Service, operation: string, body: Buffer): Call {
    const request: unknown = JSON.parse(body.length === 0 ? '{}' : body.toString());
    return {
      service: service.name,
      operation,
      request,
      changes: service.operations[operation]?.changes ?? false,
      run: async () => jsonAnswer(operationIn(service, operation).run(request), service.version),
      refuse: (error) => errorAnswer(error, service.version),
    };
  }

  private s3Call(request: S3Request, passOn: () => Promise<Answer>): Call {
    const operation = operationOf(request);
    const run = async (): Promise<Answer> => {
      refuseUnsupported(request);
      await requireConditions(request, operation, (path) => this.etagOf(path));
      const answer = await passOn();
      if (operation === 'GetObject' && answer.status < 300)
        this.parts.ledger.read(request.path, answer.body.length);
      return answer;
    };
    return {
      service: 's3',
      operation,
      changes: changingS3.test(operation),
      refuse: xmlErrorAnswer,
      request: {
        path: request.path,
        ...(request.headers['x-amz-copy-source'] === undefined
          ? {}
          : { source: request.headers['x-amz-copy-source'] }),
      },
      // One write of a key after the other: otherwise two conditional writes could both find the key free.
      run: changingS3.test(operation) ? () => this.inTurn(request.path, run) : run,
    };
  }

  private async inTurn(key: string, run: () => Promise<Answer>): Promise<Answer> {
    const before = this.keyQueues.get(key) ?? Promise.resolve();
    const mine = before.then(run, run);
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

  /** Undefined: close the connection without an answer. */
  private async withFaults(call: Call, gone: Promise<void>): Promise<Answer | undefined> {
    const { ledger, faults } = this.parts;
    ledger.count(call.service, call.operation);
    const fault = faults.next(call.service, call.operation);
    if (fault !== undefined && isBefore(fault)) return this.failBefore(call, fault, gone);
    const answer = await this.carryOut(call);
    if (fault?.kind === 'drop-after') return undefined;
    if (fault?.kind === 'hang-after') await faults.hold(call.service, call.operation, fault.kind, gone);
    return answer;
  }

  private async failBefore(call: Call, fault: Fault, gone: Promise<void>): Promise<Answer | undefined> {
    if (fault.kind === 'drop-before') return undefined;
    if (fault.kind === 'throttle')
      return call.refuse(
        new AwsError(
          call.service === 's3' ? 'SlowDown' : 'ThrottlingException',
          'Rate exceeded',
          call.service === 's3' ? 503 : 400,
        ),
      );
    if (fault.kind === 'error-5xx')
      return call.refuse(
        new AwsError(
          'InternalFailure',
          'The request processing has failed because of an unknown error.',
          500,
        ),
      );
    if (fault.kind === 'access-denied')
      return call.refuse(
        new AwsError(
          call.service === 's3' ? 'AccessDenied' : 'AccessDeniedException',
          `User: arn:aws:sts::123456789012:assumed-role/relight is not authorized to perform: ${call.service}:${call.operation}`,
          call.service === 's3' ? 403 : 400,
        ),
      );
    if (fault.kind === 'latency') {
      await new Promise((resolve) => setTimeout(resolve, fault.ms));
      return this.carryOut(call);
    }
    // Held before the commit: whoever hung up meanwhile did not get it done.
    let left = false;
    void gone.then(() => {
      left = true;
    });
    await this.parts.faults.hold(call.service, call.operation, fault.kind, gone);
    return left ? undefined : this.carryOut(call);
  }

  private async carryOut(call: Call): Promise<Answer> {
    try {
      const answer = await call.run();
      if (call.changes && answer.status < 300)
        this.parts.ledger.commit(call.service, call.operation, call.request);
      return answer;
    } catch (error) {
      return call.refuse(
        error instanceof AwsError ? error : new AwsError('InternalFailure', String(error), 500),
      );
    }
  }
}

function isBefore({ kind }: Fault): boolean {
  return kind !== 'drop-after' && kind !== 'hang-after';
}
