/**
 * The whole API for authors of playbooks and actions; `docs/authors.md` walks through it. Authors outside this
 * repository import it as `relight/define`. This is the one file that only re-exports: each export is documented where
 * it is defined, and an editor shows that text on hover.
 */
export type { JobOutcome } from '../assessment/job-outcomes.ts';
export { FailureKind, IncidentKind } from '../ports/failure-kind.ts';
export type { Adjusted, Answers, Field, ManualStep } from '../ports/form-fields.ts';
export { Role } from '../ports/form-fields.ts';
export { S3Uri } from '../ports/s3-address.ts';
export { writeItDown } from '../postmortem/write-it-down.ts';
export { defineAction } from './define/action.ts';
export { definePlaybook, type HandOver, type Playbook } from './define/playbook.ts';
export type { IncidentFacts, Results, Start, Step, When, Wrong } from './define/steps.ts';
export {
  diagnosisInput,
  failedJobInput,
  handOverByDiagnosis,
  nothingBroke,
  postmortemInput,
  resultOf,
} from './snippets.ts';
