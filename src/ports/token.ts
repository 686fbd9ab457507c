import { z } from 'zod';
import { OpsError } from '../errors.ts';
import { archiveIn, isObject, type JsonObject, type S3Uri } from './basics.ts';
import { sha256 } from './canonical.ts';

/**
 * Identifies one attempt of a step. The same attempt always has the same id, even after a crash, so a repeated call to AWS
 * uses the same names. `preview` of a change receives it.
 *
 * @example preview: async (input, ports, { id }) => requestFor(`${input.job}-${id}`)
 */
export interface AttemptKey {
  readonly incident: string;
  readonly step: string;
  /** Counts from 1. */
  readonly attempt: number;
  /** 16 hexadecimal digits of hash(incident, step, attempt): part of every name this attempt gives to AWS. */
  readonly id: string;
  /** The ids of the attempts before this one, oldest first. */
  readonly earlier: readonly string[];
}

/**
 * A call that AWS would carry out again each time that it is sent. `seen`: what it is about to change, as AWS shows it now;
 * `replaces`: the `at` of an earlier mark whose call was shown never to have been sent.
 */
export interface OneTimeCall {
  readonly operation: string;
  readonly seen: string;
  readonly replaces?: number | undefined;
}

/** The mark that a run of this attempt made before it sent a one-time call. */
export interface SentMark {
  readonly seen: string;
  /** When it was made, in ms since the epoch, and how long ago that is. */
  readonly at: number;
  readonly ageMs: number;
}

interface Approved {
  /** SHA-256 of the proposal that people approved, with keyed hashes instead of its secrets: it covers those too. */
  readonly hash: string;
  readonly approvers: readonly string[];
  /** What may be sent: the approved request with its secrets filled in. */
  readonly request: JsonObject;
  /** Throws `approval-lapsed` if the approval no longer holds. */
  readonly confirm: () => Promise<void>;
  /** Throws `halted` if all changes are halted. Quick enough to call before each of many writes. */
  readonly confirmWrite: () => Promise<void>;
  /** Like `confirm`, and marks the call; false if another run has marked it. */
  readonly confirmOnce: (call: OneTimeCall) => Promise<boolean>;
  readonly markOf: (operation: string) => Promise<SentMark | undefined>;
  /** Aborted when this worker loses the step to another one. */
  readonly signal: AbortSignal;
}

const WithCheckpoints = z.object({ CheckpointConfig: z.object({ S3Uri: z.string() }) });

/** A class with a private field, so that an object literal or a spread copy of a token is not a token. */
class ApprovalToken implements AttemptKey {
  readonly incident: string;
  readonly step: string;
  readonly attempt: number;
  readonly id: string;
  readonly earlier: readonly string[];
  readonly hash: string;
  readonly approvers: readonly string[];
  readonly #approved: Approved;
  readonly #requestHash: string;

  constructor(attemptKey: AttemptKey, approved: Approved) {
    this.incident = attemptKey.incident;
    this.step = attemptKey.step;
    this.attempt = attemptKey.attempt;
    this.id = attemptKey.id;
    this.earlier = attemptKey.earlier;
    this.hash = approved.hash;
    this.approvers = approved.approvers;
    this.#approved = approved;
    this.#requestHash = sha256(approved.request);
  }

  /** Call right before the effect: throws `approval-lapsed` if the approval no longer holds. */
  async confirm(): Promise<void> {
    await this.#approved.confirm();
  }

  /**
   * Call before each of many writes of files that nothing uses yet: throws `halted` if all changes are halted, and
   * `illegal-move` if this worker has lost the step to another one.
   */
  async confirmWrite(): Promise<void> {
    await this.#approved.confirmWrite();
  }

  /**
   * Like `confirm`, for a call that must be sent at most once: the mark is in the journal before this returns. False if a
   * run of this attempt has marked it before: then find out what became of that call, and do not send it.
   */
  async confirmOnce(call: OneTimeCall): Promise<boolean> {
    return this.#approved.confirmOnce(call);
  }

  /** The mark of this call, if a run of this attempt was about to send it. */
  async markOf(operation: string): Promise<SentMark | undefined> {
    return this.#approved.markOf(operation);
  }

  /** Aborted when this worker loses the step to another one: stop writing. */
  get signal(): AbortSignal {
    return this.#approved.signal;
  }

  /** Call with what is about to be sent: throws `not-approved` if it is not the approved request. */
  requireApproved(request: JsonObject): void {
    if (sha256(request) !== this.#requestHash)
      throw new OpsError('not-approved', `the request of ${this.step} differs from the approved one`);
  }

  /** Throws `not-approved` unless this folder is the checkpoint folder of the approved request, or is inside it. */
  requireCheckpointFolder(folder: S3Uri): void {
    const approved = WithCheckpoints.safeParse(this.#approved.request).data?.CheckpointConfig.S3Uri;
    if (approved === undefined || !folder.startsWith(approved.replace(/(?<!\/)$/, '/')))
      throw new OpsError('not-approved', `${folder} is not in the checkpoint folder of the request`);
  }

  /** Throws `not-approved` unless the approved request launches a job with this source archive. */
  requireSourceArchive(uri: S3Uri): void {
    const { HyperParameters: parameters } = this.#approved.request;
    if (!isObject(parameters) || archiveIn(parameters) !== uri)
      throw new OpsError('not-approved', `${uri} is not the source archive of the request`);
  }

  /** The same token with one more check before each effect. */
  confirmedAfter(check: () => Promise<void>): ApprovalToken {
    const confirm = async (): Promise<void> => {
      await check();
      await this.#approved.confirm();
    };
    const confirmOnce = async (call: OneTimeCall): Promise<boolean> => {
      await check();
      return this.#approved.confirmOnce(call);
    };
    return new ApprovalToken(this, { ...this.#approved, confirm, confirmOnce });
  }
}

/**
 * The right to carry out one approved request. Every port that changes something in AWS takes one, and refuses any other
 * request with `not-approved`.
 *
 * @example run: async (proposal, input, { training }, token) => training.stop(input.job, token)
 */
export type Token = ApprovalToken;

/** Only for `queue/steps/run-change.ts`, which has checked the approvals: `npm run check` refuses any other importer. */
export function issueToken(attemptKey: AttemptKey, approved: Approved): Token {
  return new ApprovalToken(attemptKey, approved);
}
