import type { Catalog } from '../../playbooks/loaded-playbooks.ts';
import { plainJson } from '../../sanitize/plain-text.ts';
import { createChainCheck } from '../chain.ts';
import { csvHead, csvOf } from './trail-csv.ts';
import { markdownHead, markdownOf } from './trail-markdown.ts';
import { ocsfOf } from './trail-ocsf.ts';
import { createTrailRecords, StoredEntry, type TrailRecord } from './trail-record.ts';

export const trailFormats = ['jsonl', 'csv', 'markdown', 'ocsf'] as const;
export type TrailFormat = (typeof trailFormats)[number];

/** The journal of what belongs to no incident. */
export const workspace = 'workspace';

/** A journal as stored, read a few lines at a time. */
export interface StoredJournal {
  readonly name: string;
  readonly lines: () => AsyncIterable<string>;
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
    record: ({ journal, entry }) => jsonLine({ journal, time: new Date(entry.at).toISOString(), ...entry }),
  },
  csv: { head: csvHead, journal: none, record: csvOf },
  markdown: {
    head: '# Audit trail\n\nAll times are UTC.\n',
    journal: markdownHead,
    record: markdownOf,
  },
  ocsf: { head: '', journal: none, record: (record) => ocsfOf(record).map(jsonLine).join('') },
};

export interface ExportRequest extends TrailRange {
  readonly format: TrailFormat;
  readonly catalog: Pick<Catalog, 'get'>;
  /** Told once per journal whose hash chain is broken, with the place. */
  readonly onBreak: (problem: string) => void;
}

/** The trail of the journals, one entry at a time, so that any number of entries needs the same memory. */
export async function* exportTrail(
  journals: Iterable<StoredJournal> | AsyncIterable<StoredJournal>,
  request: ExportRequest,
): AsyncGenerator<string> {
  const { head, journal, record } = formats[request.format];
  yield head;
  for await (const stored of journals) {
    let begun = false;
    for await (const one of recordsOf(stored, request)) {
      if (!begun) yield journal(stored.name);
      begun = true;
      yield record(one);
    }
  }
}

async function* recordsOf(
  { name, lines }: StoredJournal,
  { catalog, onBreak, since = 0, until = Number.POSITIVE_INFINITY }: ExportRequest,
): AsyncGenerator<TrailRecord> {
  const isNext = createChainCheck();
  const toRecord = createTrailRecords(name, catalog);
  let place = 0;
  let broken: string | undefined;
  for await (const line of lines()) {
    const entry = entryIn(line);
    if (entry === undefined) broken ??= `entry ${place} cannot be read`;
    else if (!isNext(entry)) broken ??= `entry ${place} does not match the hashes before it`;
    place += 1;
    if (entry === undefined) continue;
    const record = toRecord(entry);
    if (entry.at >= since && entry.at < until) yield record;
  }
  if (place === 0 && name !== workspace) broken = 'it has no entries';
  if (broken !== undefined) onBreak(`the journal of ${name} was changed in Redis: ${broken}`);
}

function entryIn(line: string): StoredEntry | undefined {
  try {
    return StoredEntry.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
