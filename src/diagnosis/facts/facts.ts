/** Who wrote the code of a frame. */
export type Owner = 'own' | 'trainer' | 'torch' | 'data' | 'grader' | 'library' | 'python';

export interface Frame {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  /** The source line, if the traceback shows it. */
  readonly code: string;
  readonly owner: Owner;
}

/** The part of a run in which an error happened. */
export type Phase =
  | 'install'
  | 'import'
  | 'download'
  | 'tokenize'
  | 'load data'
  | 'load model'
  | 'load checkpoint'
  | 'step'
  | 'reward'
  | 'collective'
  | 'save'
  | 'upload';

/** One exception, or one line that reports an error without a traceback. */
export interface Thrown {
  /** `torch.OutOfMemoryError`; empty for a line that names no exception. */
  readonly type: string;
  readonly message: string;
  readonly frames: readonly Frame[];
  /** How Python links it to the one before it in the chain. */
  readonly link: 'cause' | 'context' | 'none';
}

/** One error of one process, with its whole chain; the last exception is the one that ended it. */
export interface Statement {
  readonly source: 'FailureReason' | 'Log';
  readonly form: 'traceback' | 'exception' | 'line';
  readonly host: string;
  /** `rank 3`, `WorkerDict pid=812`; missing if the log does not say. */
  readonly who?: string;
  readonly rank?: number;
  readonly at: number;
  /** The first and the last line in the log of the host. */
  readonly from: number;
  readonly to: number;
  readonly chain: readonly Thrown[];
  readonly lines: readonly string[];
  /** Why it did not end the process. */
  readonly survived?: string;
}

/** How a process ended, according to SageMaker, torchrun, the shell or the kernel. */
export interface ProcessEnd {
  readonly exitCode?: number;
  /** `SIGKILL` */
  readonly signal?: string;
  readonly host?: string;
  readonly rank?: number;
  /** The text that says so. */
  readonly said: string;
}

/** Everything that is known about the end of a job, before it is judged. */
export interface Facts {
  readonly statements: readonly Statement[];
  readonly ends: readonly ProcessEnd[];
  /** The rank that failed first according to torchrun. */
  readonly firstRank?: number;
  readonly leftOut: number;
}

/** The exception or line that ended the statement. */
export function lastOf({ chain }: Statement): Thrown {
  return chain.at(-1) ?? { type: '', message: '', frames: [], link: 'none' };
}

/** `KeyError: 'text'`, as Python prints it. */
export function textOf({ type, message }: Thrown): string {
  if (type === '') return message;
  return message === '' ? type : `${type}: ${message}`;
}
