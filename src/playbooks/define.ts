/**
 * The whole API for authors of playbooks and actions; `docs/authors.md` walks through it. Authors outside this
 * repository import it as `relight/define`. It only re-exports: each export is documented where it is defined, and an
 * editor shows that text with an example.
 */

export { z } from 'zod';
export type { JobOutcome } from '../assessment/job-outcomes.ts';
export { OpsError, type OpsErrorCode } from '../errors.ts';
export { S3Uri } from '../ports/basics.ts';
export { type AwsCall, launchCall, stopCall } from '../ports/calls.ts';
export { FailureKind, IncidentKind } from '../ports/failure-kind.ts';
export {
  type Adjust,
  type Adjusted,
  type Answers,
  type Field,
  type ManualStep,
  type Offer,
  Role,
} from '../ports/form-fields.ts';
export type { AttemptKey, Token } from '../ports/ports.ts';
export { Again, Difference, type Proposal, type Report } from '../ports/step-output.ts';
export { postmortemForm } from '../postmortem/postmortem-form.ts';
export { carryOutRelaunch, proposeRelaunch, Relaunched, relaunchReport } from '../relaunch/relaunch.ts';
export { relaunchCalls } from '../relaunch/relaunch-calls.ts';
export type { Relaunch } from '../relaunch/relaunch-terms.ts';
export { defineAction } from './define/action.ts';
export type { ChangePorts, ReadPorts } from './define/action-ports.ts';
export { definePlaybook, type HandOver, type Playbook } from './define/playbook.ts';
export { relaunchedEarlier, relaunching } from './define/relaunching.ts';
export type { IncidentFacts, Results, Start, Step, Steps, When, Wrong } from './define/steps.ts';
export { saidBy } from './optional-lookup.ts';
export {
  type Diagnosed,
  diagnosisInput,
  failedJobInput,
  handOverByDiagnosis,
  handOverUnlessSure,
  nothingBroke,
  postmortemInput,
  relaunchInput,
  resultOf,
  whenEndedWith,
  whenStrategy,
} from './snippets.ts';
