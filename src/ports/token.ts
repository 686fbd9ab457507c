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

interface Approved {
  /** SHA-256 of the proposal that people approved, with keyed hashes instead of its secrets: it covers those too. */
  readonly hash: string;
  readonly approvers: readonly string[];
  /** What may be sent: the approved request with its secrets filled in. */
  readonly request: JsonObject;
  /** Throws `approval-lapsed` if the approval no longer holds. */
  readonly confirm: () => Promise<void>;
  /** Throws `halted` if all changes are halted. Quick enough to call before each of many writes. */
  readonly requireNoHalt: () => Promise<void>;
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

  /** Call before each of many small writes that `confirm` was called for: throws `halted` if all changes are halted. */
  async requireNoHalt(): Promise<void> {
    await this.#approved.requireNoHalt();
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
    return new ApprovalToken(this, { ...this.#approved, confirm });
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
