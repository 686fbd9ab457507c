import { AwsError } from './responses.ts';

/** One operation of a JSON service. Operations that change something are recorded in the ledger. */
export interface Operation {
  readonly changes: boolean;
  readonly run: (input: unknown) => unknown;
}
export type Operations = Readonly<Record<string, Operation>>;

export interface Service {
  readonly name: string;
  readonly version: '1.0' | '1.1';
  readonly operations: Operations;
}

export const reads = (run: Operation['run']): Operation => ({ changes: false, run });
export const changes = (run: Operation['run']): Operation => ({ changes: true, run });

export function operationIn(service: Service, name: string): Operation {
  const operation = service.operations[name];
  if (operation === undefined) throw new AwsError('UnknownOperationException', `The sandbox has no ${name}`);
  return operation;
}
