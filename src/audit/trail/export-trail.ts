import type { StoredEntry, TrailRecord } from '../../incidents/record/trail-record.ts';
import { plainJson } from '../../sanitize/plain-text.ts';
import { createChainCheck } from '../chain.ts';
import { csvHead, csvOf } from './trail-csv.ts';
import { markdownHead, markdownOf } from './trail-markdown.ts';
import { ocsfOf } from './trail-ocsf.ts';

export const trailFormats = ['jsonl', 'csv', 'markdown', 'ocsf'] as const;
export type TrailFormat = (typeof trailFormats)[number];

/** The journal of what belongs to no incident. */
export const workspace = 'workspace';

/** A journal as stored, read a few lines at a time. */
export interface StoredJournal {
  readonly name: string;
  readonly lines: () => Iterable<string> | AsyncIterable<string>;
}

export interface TrailRange {
  /** In ms; entries before `since` and from `until` on are checked but not exported. */
  readonly since?: number;
  readonly until?: number;
}

interface Format {
  readonly head: string;
  readonly journal: (name: string) => string;
  readonly record: (record: TrailRecord) => string;
}

const jsonLine = (value: unknown): string => `${plainJson(JSON.stringify(value))}\n`;
const none = (): string => '';

const formats: Readonly<Record<TrailFormat, Format>> = {
  jsonl: {
    head: '',
    journal: none,
    // The entry is complete, so that its hash can be checked again.
    record: ({ journal, time, entry }) => jsonLine({ journal, time, ...entry }),
  },
  csv: { head: csvHead, journal: none, record: csvOf },
  markdown: {
    head: '# Audit trail\n\nAll times are UTC.\n',
    journal: markdownHead,
    record: markdownOf,
  },
  ocsf: { head: '', journal: none, record: (record) => ocsfOf(record).map(jsonLine).join('') },
};

/** Reads one line of a journal, in order; undefined if it is no entry. */
type ReadLine = (line: string) => { readonly stored: StoredEntry; readonly record: TrailRecord } | undefined;

export interface ExportRequest extends TrailRange {
  readonly format: TrailFormat;
  readonly readerFor: (journal: string) => ReadLine;
  /** Told once per journal whose hash chain is broken, with the place. */
  readonly onBreak: (problem: string) => void;
}

/** The trail of the journals, one entry at a time, so that any number of entries needs the same memory. */
export async function* exportTrail(
  journals: Iterable<StoredJournal> | AsyncIterable<StoredJournal>,
  request: ExportRequest,
): AsyncGenerator<string> {
  const { head, journal, record } = formats[request.format];
  const { since = 0, until = Number.POSITIVE_INFINITY } = request;
  yield head;
  for await (const stored of journals) {
    let begun = false;
    for await (const one of checkedRecords(stored, request)) {
      if (one.entry.at < since || one.entry.at >= until) continue;
      if (!begun) yield journal(stored.name);
      begun = true;
      yield record(one);
    }
  }
}

/** The records of one journal, oldest first. Its hash chain is checked on the way. */
async function* checkedRecords(
  { name, lines }: StoredJournal,
  { readerFor, onBreak }: Pick<ExportRequest, 'readerFor' | 'onBreak'>,
): AsyncGenerator<TrailRecord> {
  const reader = createCheckedReader(name, readerFor);
  for await (const line of lines()) {
    const record = reader.read(line);
    if (record !== undefined) yield record;
  }
  const problem = reader.problem();
  if (problem !== undefined) onBreak(problem);
}

/** Takes the lines of one journal in order, and checks its hash chain on the way. */
export interface CheckedReader {
  /** Undefined for a line that is no entry. */
  readonly read: (line: string) => TrailRecord | undefined;
  /** The first fault of the lines so far, with its place; undefined if they are whole. */
  readonly problem: () => string | undefined;
}

export function createCheckedReader(name: string, readerFor: ExportRequest['readerFor']): CheckedReader {
  const read = readerFor(name);
  const isNext = createChainCheck();
  let place = 0;
  let broken: string | undefined;
  return {
    read: (line) => {
      const entry = read(line);
      if (entry === undefined) broken ??= `entry ${place} cannot be read`;
      else if (!isNext(entry.stored)) broken ??= `entry ${place} does not match the hashes before it`;
      place += 1;
      return entry?.record;
    },
    problem: () => {
      const why = place === 0 && name !== workspace ? 'it has no entries' : broken;
      return why === undefined ? undefined : `the journal of ${name} was changed in Redis: ${why}`;
    },
  };
}
