import { z } from 'zod';
import { annotate, inSpan, type SpanFailure } from '../tracing/span.ts';
import { codeOf, Failure } from './aws-error-codes.ts';
import type { Client, Send } from './call-log.ts';

/** Gives each call of the client a span, its retries by the SDK included. Requests and responses are not recorded. */
export function traceCalls<C extends Client>(client: C): C {
  client.middlewareStack.add(traceCall, { step: 'initialize', name: 'relightTraceCalls' });
  return client;
}

const traceCall: Send = (next, { clientName = '', commandName = '' }) => {
  const service = clientName.replace(/Client$/, '');
  const operation = commandName.replace(/Command$/, '');
  /** https://opentelemetry.io/docs/specs/semconv/cloud-providers/aws-sdk/ */
  const attributes = () => ({ 'rpc.system': 'aws-api', 'rpc.service': service, 'rpc.method': operation });
  return async (args) =>
    inSpan({ name: `${service}.${operation}`, kind: 'call', attributes, failure }, async () => {
      const result = await next(args);
      annotate(() => metadataOf(Answer.safeParse(result).data?.output));
      return result;
    });
};

const Answer = z.object({ output: z.unknown() });
/** https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/Package/-smithy-types/Interface/ResponseMetadata/ */
const Metadata = z.object({
  $metadata: z.object({
    httpStatusCode: z.number().optional(),
    attempts: z.number().optional(),
    requestId: z.string().optional(),
  }),
});

function metadataOf(answer: unknown): NonNullable<SpanFailure['attributes']> {
  const { httpStatusCode, attempts, requestId } = Metadata.safeParse(answer).data?.$metadata ?? {};
  return {
    'http.response.status_code': httpStatusCode,
    'aws.attempts': attempts,
    'aws.request_id': requestId,
  };
}

/** `error.type`: the name of the error, such as ThrottlingException. Its message can quote the request. */
function failure(thrown: unknown): SpanFailure {
  const parsed = Failure.safeParse(thrown).data;
  const name = /^[\w.]{1,80}$/.exec(parsed?.name ?? '')?.[0] ?? 'unknown';
  return {
    code: parsed === undefined ? 'unexpected' : codeOf(parsed),
    attributes: { ...metadataOf(thrown), 'error.type': name },
  };
}
