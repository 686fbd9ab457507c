import type { TrailRecord } from '../../incidents/record/trail-record.ts';
import type { AwsCallMade } from '../../ports/calls.ts';
import { plain } from '../../postmortem/markdown-text.ts';
import { plainText } from '../../sanitize/plain-text.ts';

/** The heading of one journal. */
export function markdownHead(journal: string): string {
  const title = journal === 'workspace' ? 'Refused outside incidents' : `Incident ${plain(journal)}`;
  return `\n## ${title}\n\n`;
}

/** One list item, with the whole request if the record shows one. */
export function markdownOf({ entry, time, who, what, hash, calls, request }: TrailRecord): string {
  const person = who === undefined ? '' : `**${plain(who)}**: `;
  const lines = [
    `- ${time.slice(0, 19).replace('T', ' ')} ${person}${plain(what, 1_000)}`,
    ...(hash === undefined ? [] : [`  - request SHA-256 ${code(hash)}`]),
    ...calls.map((call) => `  - ${callInWords(call)}`),
    `  - entry ${entry.seq}, hash ${code(entry.hash)}`,
    ...(request === undefined ? [] : ['', ...fenced(request), '']),
  ];
  return `${lines.join('\n')}\n`;
}

function callInWords({ service, operation, requestId, error }: AwsCallMade): string {
  const id = requestId === undefined ? 'no response' : `request ID ${code(requestId)}`;
  return `AWS ${plain(`${service} ${operation}`)}: ${id}${error === undefined ? '' : `, ${plain(error)}`}`;
}

function code(text: string): string {
  return `\`${text.replace(/[^\w.:/+=-]/g, '')}\``;
}

/** No line of JSON begins with the backticks that end a code block. */
function fenced(value: unknown): readonly string[] {
  const lines = plainText(JSON.stringify(value, null, 2)).split('\n');
  return ['```json', ...lines, '```'].map((line) => `  ${line}`);
}
