import { stringify } from 'csv-stringify/sync';
import type { TrailRecord } from '../../incidents/record/trail-record.ts';
import { plainLine } from '../../sanitize/plain-text.ts';

const columns = {
  time: ({ time }: TrailRecord) => time,
  journal: ({ journal }) => journal,
  seq: ({ entry }) => String(entry.seq),
  event: ({ entry }) => entry.event.type,
  who: ({ who }) => who,
  via: ({ via }) => via,
  decision: ({ decision }) => decision,
  step: ({ step }) => step,
  attempt: ({ attempt }) => attempt?.toString(),
  what: ({ what }) => what,
  request_sha256: ({ hash }) => hash,
  aws_request_ids: ({ calls }) => calls.flatMap(({ requestId }) => requestId ?? []).join(' '),
  previous_hash: ({ entry }) => entry.prev,
  hash: ({ entry }) => entry.hash,
  event_json: ({ entry }) => JSON.stringify(entry.event),
} as const satisfies Record<string, (record: TrailRecord) => string | undefined>;

export const csvHead: string = row(Object.keys(columns));

export function csvOf(record: TrailRecord): string {
  return row(Object.values(columns).map((cell) => plainLine(cell(record) ?? '').trim()));
}

/**
 * A spreadsheet computes a cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return, so these get a `'` in
 * front: https://owasp.org/www-community/attacks/CSV_Injection
 */
function row(cells: readonly string[]): string {
  return stringify([[...cells]], {
    escape_formulas: true,
    quoted: true,
    quoted_empty: true,
    record_delimiter: '\r\n',
  });
}
