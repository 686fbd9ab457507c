import { inSpan, type SpanFailure } from '../../tracing/span.ts';
import { errorOf } from './slack-calls.ts';
import { asSlackError, failureOf } from './slack-errors.ts';

/** The span of one call to Slack's Web API. Arguments and responses are not recorded. */
export async function inCallSpan<T>(method: string, call: () => Promise<T>): Promise<T> {
  const attributes = () => ({ 'rpc.system': 'slack', 'rpc.method': method });
  return inSpan({ name: `slack ${method}`, kind: 'call', attributes, failure }, call);
}

function failure(thrown: unknown): SpanFailure {
  return { code: asSlackError(thrown).code, attributes: { 'error.type': errorOf(failureOf(thrown)) } };
}
