import { z } from 'zod';
import { Role } from '../../playbooks/define.ts';
import { AwsCallMade } from '../../ports/calls.ts';
import { ChangeClass } from '../../ports/form-fields.ts';
import { Proposal } from '../../ports/step-output.ts';
import { Call } from './calls/call.ts';

/** The Slack user and the channel they used: button, form or command. */
export const Actor = z.object({ user: z.string(), via: z.enum(['button', 'form', 'command']) });
export type Actor = z.infer<typeof Actor>;

/** `seen`: what the call was about to change, as AWS showed it right before. */
export const SentCall = z.object({ operation: z.string(), seen: z.string() });
export type SentCall = z.infer<typeof SentCall>;

const ofAttempt = { step: z.string(), attempt: z.number().int().positive() };

/** The events of an incident's steps. `step` is the key within the incident. */
export const stepEvents = [
  z.object({ type: z.literal('step-progress'), ...ofAttempt, note: z.string() }),
  /** `by`: the person who skipped it; absent if the playbook does not need it. */
  z.object({ type: z.literal('step-skipped'), step: z.string(), reason: z.string(), by: Actor.optional() }),
  z.object({
    type: z.literal('step-proposed'),
    ...ofAttempt,
    proposal: Proposal,
    hash: z.string(),
    role: Role,
    needs: z.number().int().positive(),
    /** Absent in older journals. */
    policyClass: ChangeClass.optional(),
    /** People who asked for it or chose its values do not count as approvers. */
    others: z.literal(true).optional(),
  }),
  z.object({
    type: z.literal('step-approved'),
    ...ofAttempt,
    hash: z.string(),
    by: Actor,
    /** When this person broke the glass, so that this approval suffices. */
    glassAt: z.number().optional(),
  }),
  /** The request still waits for approval, so its approvers are called before an approval lapses. */
  z.object({ type: z.literal('step-reminded'), ...ofAttempt, call: Call, asked: z.array(z.string()) }),
  z.object({
    type: z.literal('step-lapsed'),
    ...ofAttempt,
    why: z.string(),
    /** Slack ids of the people whose approvals no longer hold; absent: all of them. */
    of: z.array(z.string()).optional(),
  }),
  /** A person said no to the request: it is never sent. */
  z.object({ type: z.literal('step-declined'), ...ofAttempt, by: Actor, reason: z.string() }),
  /**
   * `steps` run again, and the request is rebuilt as a new attempt: facts that it relied on have changed, or a person
   * went back to an earlier step.
   */
  z.object({
    type: z.literal('step-renewed'),
    ...ofAttempt,
    why: z.string(),
    steps: z.array(z.string()),
    by: Actor.optional(),
  }),
  z.object({
    type: z.literal('step-begun'),
    ...ofAttempt,
    hash: z.string(),
    /** A `step-sent` follows before the first call; absent in older journals. */
    marksSent: z.literal(true).optional(),
  }),
  /** Recorded right before the first call that changes something, so that a cancellation knows whether AWS has it. */
  z.object({
    type: z.literal('step-sent'),
    ...ofAttempt,
    /** Only files are written so far, where nothing uses them yet. */
    writes: z.literal(true).optional(),
    /** The call that follows, if AWS would carry it out again each time that it is sent. */
    call: SentCall.optional(),
  }),
  /** A person wants a change stopped that AWS may already have; the worker finds out what exists there. */
  z.object({ type: z.literal('step-cancel-asked'), ...ofAttempt, by: Actor }),
  z.object({
    type: z.literal('step-canceled'),
    ...ofAttempt,
    by: Actor,
    /** What AWS has of it, in sentences. */
    says: z.string(),
    sent: z.boolean(),
    /** The training job that it launched and that still runs. */
    running: z.string().optional(),
    /** The result of the change, if it was complete before it could be canceled. */
    result: z.unknown().optional(),
  }),
  /** A person lets a canceled change stand: its step counts as done. */
  z.object({ type: z.literal('step-kept'), ...ofAttempt, by: Actor }),
  /** A person wants the job stopped that a canceled change launched: the step proposes that as a new attempt. */
  z.object({ type: z.literal('step-stop-asked'), ...ofAttempt, by: Actor, job: z.string() }),
  z.object({ type: z.literal('step-done'), ...ofAttempt, result: z.unknown() }),
  z.object({
    type: z.literal('step-failed'),
    ...ofAttempt,
    code: z.string(),
    says: z.string(),
    next: z.string(),
    /** Set if `s3.backup` is configured and the step found no checkpoint, so another playbook can look there. */
    backup: z.literal(true).optional(),
  }),
  z.object({ type: z.literal('step-retried'), ...ofAttempt, by: Actor }),
  z.object({
    type: z.literal('step-adjusted'),
    /** With the new attempt: the previous one was never executed. */
    ...ofAttempt,
    by: Actor,
    answers: z.record(z.string(), z.string()),
  }),
  z.object({
    type: z.literal('step-answered'),
    ...ofAttempt,
    by: Actor,
    answers: z.record(z.string(), z.string()),
  }),
  /** What a run of a change sent to AWS; `more` counts the calls that are not listed. */
  z.object({
    type: z.literal('aws-called'),
    ...ofAttempt,
    calls: z.array(AwsCallMade),
    more: z.number().int().positive().optional(),
  }),
  /** The vault has not taken the result of a change for a while. The change itself is done. */
  z.object({
    type: z.literal('result-not-archived'),
    ...ofAttempt,
    why: z.string(),
  }),
  /** A person opened the full request of a change. */
  z.object({ type: z.literal('request-viewed'), ...ofAttempt, by: Actor }),
] as const;
