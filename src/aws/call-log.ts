import { AsyncLocalStorage } from 'node:async_hooks';
import { z } from 'zod';
import type { AwsCallMade } from '../ports/calls.ts';
import { Failure, isDefiniteRefusal } from './aws-error-codes.ts';

/** What one piece of work has sent so far. */
const current = new AsyncLocalStorage<AwsCallMade[]>();

/** Operations that only read: a trail of changes does not need them. */
const reading =
  /^(Describe|List|Get|Head|Select|Search|BatchGet|BatchDescribe|Filter|Lookup|StartQuery|StopQuery|ReceiveMessage)/;

/** Errors of calls that were to change something, in which AWS says that it did not. */
const refusals = new WeakSet<object>();

/** Whether this error of the SDK says that AWS refused a call that was to change something. */
export function isRefusedChange(thrown: unknown): boolean {
  return thrown instanceof Error && refusals.has(thrown);
}

/** Runs the work, and tells of every request that it sent to AWS to change something, whether it succeeds or throws. */
export async function withCallsNoted<T>(
  work: () => Promise<T>,
  sent: (calls: readonly AwsCallMade[]) => Promise<void>,
): Promise<T> {
  const calls: AwsCallMade[] = [];
  try {
    return await current.run(calls, work);
  } finally {
    if (calls.length > 0) await sent(calls);
  }
}

/** A middleware of the step `initialize`: https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/middleware-stack.html */
export type Send = <Input, Output>(
  next: (args: Input) => Promise<Output>,
  context: { readonly clientName?: string; readonly commandName?: string },
) => (args: Input) => Promise<Output>;

export interface Client {
  readonly middlewareStack: {
    add(send: Send, options: { readonly step: 'initialize'; readonly name: string }): void;
  };
}

/** Makes the client note its calls. Its retries of one call are one entry, with the ID of the last. */
export function noteCalls<C extends Client>(client: C): C {
  client.middlewareStack.add(noteCall, { step: 'initialize', name: 'relightNoteCalls' });
  return client;
}

const noteCall: Send =
  (next, { clientName = '', commandName = '' }) =>
  async (args) => {
    const calls = current.getStore();
    const operation = commandName.replace(/Command$/, '');
    if (reading.test(operation)) return next(args);
    const about = { service: clientName.replace(/Client$/, ''), operation };
    try {
      const result = await next(args);
      calls?.push({ ...about, ...requestIdIn(Answer.safeParse(result).data?.output) });
      return result;
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown.name : 'unknown error';
      calls?.push({ ...about, ...requestIdIn(thrown), error });
      const failure = Failure.safeParse(thrown).data;
      if (thrown instanceof Error && failure && isDefiniteRefusal(failure)) refusals.add(thrown);
      throw thrown;
    }
  };

const Answer = z.object({ output: z.unknown() });
/** https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/Package/-smithy-types/Interface/ResponseMetadata/ */
const WithMetadata = z.object({ $metadata: z.object({ requestId: z.string() }) });

function requestIdIn(answer: unknown): Pick<AwsCallMade, 'requestId'> {
  const requestId = WithMetadata.safeParse(answer).data?.$metadata.requestId;
  return requestId === undefined ? {} : { requestId };
}
