import { plain } from '../../postmortem/markdown-text.ts';
import { plainText } from '../../sanitize/plain-text.ts';
import { type TrailRecord, utc } from './trail-record.ts';

/** The heading of one journal. */
export function markdownHead(journal: string): string {
  const title = journal === 'workspace' ? 'Refused outside incidents' : `Incident ${plain(journal)}`;
  return `\n## ${title}\n\n`;
}

/** One list item, with the whole request if the record shows one. */
export function markdownOf(record: TrailRecord): string {
  const { entry, who, what, detail, requestHash, awsCalls, request } = record;
  const person = who === undefined ? '' : `**${plain(who)}**: `;
  const more = detail === undefined || detail === '' ? '' : ` (${plain(detail, 600)})`;
  const lines = [
    `- ${utc(entry.at).slice(0, 19).replace('T', ' ')} ${person}${plain(what, 600)}${more}`,
    ...(requestHash === undefined ? [] : [`  - request SHA-256 ${code(requestHash)}`]),
    ...awsCalls.map(
      ({ service, operation, requestId, error }) =>
        `  - AWS ${plain(`${service} ${operation}`)}: ${requestId === undefined ? 'no response' : `request ${code(requestId)}`}${error === undefined ? '' : `, ${plain(error)}`}`,
    ),
    `  - entry ${entry.seq}, hash ${code(entry.hash)}`,
    ...(request === undefined ? [] : ['', ...fenced(request), '']),
  ];
  return `${lines.join('\n')}\n`;
}

function code(text: string): string {
  return `\`${text.replace(/[^\w.:/+=-]/g, '')}\``;
}

/** No line of JSON begins with the backticks that end a code block. */
function fenced(value: unknown): readonly string[] {
  const lines = plainText(JSON.stringify(value, null, 2)).split('\n');
  return ['```json', ...lines, '```'].map((line) => `  ${line}`);
}
