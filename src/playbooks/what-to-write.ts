import type { Answers, Start } from './define.ts';
import { resultOf } from './result-of.ts';

/** What the postmortem of a playbook is written from: the form of its step `document`. */
export function whatToWrite({ incident, document }: Start & { readonly document: Answers | undefined }): {
  incident: string;
  answers: Answers;
} {
  return { incident: incident.id, answers: resultOf(document, 'document') };
}
