import { type AuditLine, type AuditThread, auditKey } from '../../../outbox/audit-thread.ts';
import { markup, plainText } from '../blocks.ts';
import { fitMessage } from '../render-limits.ts';
import type { ThreadMessage } from '../thread.ts';
import { escape, line, mention, nameInMarkup } from '../untrusted.ts';
import { signs } from '../words.ts';

const maxWords = 400;

/** One decision in one line: when, who, the decision, and the incident. Only the decision is untrusted. */
export function auditMessage({ incident, link }: AuditThread, told: AuditLine): ThreadMessage {
  const time = `${new Date(told.at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const start = [time, ...(told.isRefused ? [signs.no] : []), mention(told.who)].join(' ');
  const words = line(told.what, maxWords);
  const end = [
    ...(told.to === undefined ? [] : [mention(told.to)]),
    ...(incident === undefined ? [] : [incidentMarkup(incident, link)]),
  ];
  const elements = [markup(start), plainText(words), ...end.map(markup)];
  const text = [start, escape(words), ...end].join(' ');
  // An entry of a journal never changes, so its message is never edited, even if a later version finds other words.
  const fixed = { key: auditKey(told), urgency: 'result', renderHash: 'audit' } as const;
  return { ...fixed, ...fitMessage({ blocks: [{ type: 'context', elements }], text }) };
}

function incidentMarkup(incident: string, link: string | undefined): string {
  const id = nameInMarkup(incident);
  return link === undefined ? id : `<${link}|${id}>`;
}
