import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Call, Calls } from './calls.ts';
import type { Control } from './control.ts';
import type { Fault, Faults } from './faults.ts';
import type { Principals } from './iam/principals.ts';
import type { Ledger } from './ledger.ts';
import { AwsError, type HttpResponse } from './responses.ts';

export interface GateDeps {
  readonly calls: Calls;
  readonly control: Control;
  readonly ledger: Ledger;
  readonly faults: Faults;
  readonly principals: Principals;
}

type SignedCall = Call & { readonly principal: ReturnType<Principals['of']> };

/** The entry point for every request to the region: routes it, injects faults, runs it, and records it in the ledger. */
export class Gate {
  private readonly deps: GateDeps;

  constructor(deps: GateDeps) {
    this.deps = deps;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const url = new URL(request.url ?? '/', 'http://sandbox');
    if (url.pathname.startsWith('/_sandbox/'))
      return this.runControl(request.method ?? 'GET', url.pathname, body, response);
    const gone = new Promise<void>((resolve) => response.once('close', resolve));
    const principal = this.deps.principals.of(request.headers);
    const call = { ...this.deps.calls.of(request, url, body, principal.arn), principal };
    const answer = await this.withFaults(call, gone);
    if (answer === undefined) response.socket?.destroy();
    else response.writeHead(answer.status, { ...answer.headers } as Record<string, string>).end(answer.body);
  }

  private async runControl(
    method: string,
    path: string,
    body: Buffer,
    response: ServerResponse,
  ): Promise<void> {
    const answer = await this.deps.control.handle(method, path, body.toString()).then(
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

  /** Returns undefined to close the connection without a response. */
  private async withFaults(call: SignedCall, gone: Promise<void>): Promise<HttpResponse | undefined> {
    const { ledger, faults } = this.deps;
    ledger.count(call.service, call.operation);
    const fault = faults.next(call);
    if (fault !== undefined && !fault.kind.endsWith('-after')) return this.failBefore(call, fault, gone);
    const answer = await this.carryOut(call);
    if (fault?.kind === 'drop-after') return undefined;
    if (fault?.kind === 'hang-after') await faults.hold(call, fault.kind, gone);
    return answer;
  }

  private async failBefore(
    call: SignedCall,
    fault: Fault,
    gone: Promise<void>,
  ): Promise<HttpResponse | undefined> {
    if (fault.kind === 'drop-before') return undefined;
    if (fault.kind === 'latency') await new Promise((resolve) => setTimeout(resolve, fault.ms));
    else if (fault.kind !== 'hang-before')
      return call.refuse(refusals[fault.kind]?.(call) ?? new AwsError('InternalFailure', fault.kind, 500));
    else if (await this.disconnectedWhileHeld(call, gone)) return undefined;
    return this.carryOut(call);
  }

  /** Holds the call before the commit; if the caller disconnects meanwhile, the call must not take effect. */
  private async disconnectedWhileHeld(call: SignedCall, gone: Promise<void>): Promise<boolean> {
    const left = gone.then(() => true);
    await this.deps.faults.hold(call, 'hang-before', gone);
    return Promise.race([left, Promise.resolve(false)]);
  }

  private async carryOut(call: SignedCall): Promise<HttpResponse> {
    try {
      this.deps.principals.require(call.principal, call.service, call.needs);
      const answer = await call.run();
      if (call.changes && answer.status < 300) this.deps.ledger.commit(call, call.principal.session);
      return answer;
    } catch (error) {
      if (error instanceof AwsError && error.code.startsWith('AccessDenied'))
        this.deps.ledger.deny(call, error.message);
      return call.refuse(
        error instanceof AwsError ? error : new AwsError('InternalFailure', String(error), 500),
      );
    }
  }
}

const refusals: Readonly<Record<string, (call: Call) => AwsError>> = {
  throttle: ({ service }) =>
    service === 's3'
      ? new AwsError('SlowDown', 'Please reduce your request rate.', 503)
      : new AwsError('ThrottlingException', 'Rate exceeded'),
  'error-5xx': () =>
    new AwsError('InternalFailure', 'The request processing has failed because of an unknown error.', 500),
  conflict: () =>
    new AwsError(
      'ConflictException',
      'There was a conflict when you attempted to modify a SageMaker entity.',
    ),
  'access-denied': ({ service, operation }) => {
    const message = `User: arn:aws:sts::123456789012:assumed-role/relight is not authorized to perform: ${service}:${operation}`;
    return service === 's3'
      ? new AwsError('AccessDenied', message, 403)
      : new AwsError('AccessDeniedException', message);
  },
};
