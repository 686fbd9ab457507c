import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Core } from '../app/core.ts';
import { firstBreak } from '../audit/chain.ts';
import {
  type ExportRequest,
  exportTrail,
  type StoredJournal,
  type TrailFormat,
  type TrailRange,
  trailFormats,
  workspace,
} from '../audit/trail/export-trail.ts';
import { OpsError } from '../errors.ts';
import { counted } from '../in-words.ts';
import { refusedLinesKey, setAsideRefused } from '../incidents/journal/set-aside.ts';
import { createTrailReader } from '../incidents/record/trail-record.ts';
import type { RefusedEntry } from '../incidents/refused-commands.ts';
import { addVerify } from './audit-verify.ts';
import { printLines, printPieces, printProblems, printResult } from './shared/print.ts';
import { withCore } from './shared/with-core.ts';

export function addAuditCommands(program: Command, finish: (code: number) => void): void {
  const audit = program.command('audit').description('the audit trail');
  addRefused(audit, finish);
  addExport(audit, finish);
  addRepair(audit);
  addVerify(audit, finish);
}

function addRefused(audit: Command, finish: (code: number) => void): void {
  audit
    .command('refused')
    .description(
      'list refused attempts that do not belong to an incident, and halts of all changes, oldest first; exit 1 if their hash chain is broken',
    )
    .option('--json', 'print JSON with the hashes')
    .action(async ({ json }: { readonly json?: boolean }) => {
      const entries = await withCore(({ refusedCommands }) => refusedCommands.all());
      const broken = firstBreak(entries);
      const chain = broken === undefined ? 'whole' : `broken at ${broken}`;
      const lines = entries.length === 0 ? ['There are no refused attempts.'] : entries.map(inWords);
      printResult(json, { entries, chain }, lines);
      if (broken === undefined) return;
      printProblems([
        `entry ${broken} does not match the hash of the one before it: the list in Redis was changed. Compare it with a Redis backup.`,
      ]);
      finish(1);
    });
}

function inWords({ at, event }: RefusedEntry): string {
  return `${new Date(at).toISOString()}  ${('by' in event && event.by?.user) || '-'}  ${whatIn(event)}`;
}

function whatIn(event: RefusedEntry['event']): string {
  switch (event.type) {
    case 'command-refused':
      return `/relight ${event.command}: ${event.why}`;
    case 'changes-halted':
      return `halted all changes: ${event.why}`;
    case 'changes-resumed':
      return 'resumed changes';
    case 'autopilot-reset':
      return `reset Autopilot: ${event.note}`;
    case 'journal-refused':
      return `refused entries of ${event.incident}: ${event.why}`;
    default:
      return event satisfies never;
  }
}

function addRepair(audit: Command): void {
  audit
    .command('repair <incident>')
    .description(
      'set aside the entries of a journal in Redis from the first one on that Relight did not write, so that the incident goes on',
    )
    .action(async (incident: string) => {
      const moved = await withCore(async ({ redis, chain }) =>
        setAsideRefused({ redis: redis.forAnswers, chain }, incident),
      );
      const says =
        moved === undefined
          ? `Nothing to repair: Relight wrote every entry of ${incident}, or it has none.`
          : `Set aside ${counted(moved.lines, 'line')} of the journal of ${incident}, from entry ${moved.from} on, in the Redis list ${refusedLinesKey(incident)}. Entries that Relight wrote after it are restored from the processes and the vault.`;
      printLines([says]);
    });
}

interface ExportOptions extends TrailRange {
  readonly format: TrailFormat;
  readonly incident?: string;
  readonly out?: string;
}

function addExport(audit: Command, finish: (code: number) => void): void {
  audit
    .command('export')
    .description(
      'write every event, decision, refusal, request, hash and AWS request ID, and check the hash chains; exit 1 if one is broken',
    )
    .addOption(new Option('--incident <id>', 'only this incident').conflicts(['since', 'until']))
    .option('--since <time>', 'from this time on, such as 2026-11-01 or 2026-11-01T06:00Z (UTC)', timeIn)
    .option('--until <time>', 'before this time', timeIn)
    .addOption(new Option('--format <format>', 'the format').choices(trailFormats).default('jsonl'))
    .option('--out <file>', 'write to this file instead of standard output')
    .action(async ({ incident, out, ...range }: ExportOptions) => {
      const problems: string[] = [];
      await withCore(async (core) => {
        const journals = incident === undefined ? allJournals(core) : [await oneJournal(core, incident)];
        const readerFor: ExportRequest['readerFor'] = (name) => createTrailReader(name, core.catalog);
        const onBreak = (problem: string): void => void problems.push(problem);
        await printPieces(exportTrail(journals, { ...range, readerFor, onBreak }), out);
      });
      if (problems.length === 0) return;
      printProblems(problems.map((one) => `${one}. Compare it with a Redis backup.`));
      finish(1);
    });
}

/** Everything, oldest incident first. */
async function* allJournals({ store, refusedCommands }: Core): AsyncGenerator<StoredJournal> {
  for (const id of (await store.ids('all')).toReversed()) yield { name: id, lines: () => store.lines(id) };
  yield { name: workspace, lines: refusedCommands.lines };
}

/** Throws `incident-unknown`. */
async function oneJournal({ store }: Core, incident: string): Promise<StoredJournal> {
  if (!(await store.ids('all')).includes(incident)) throw new OpsError('incident-unknown', incident);
  return { name: incident, lines: () => store.lines(incident) };
}

/** A day or a time; without an offset it is UTC. */
function timeIn(text: string): number {
  const [, day, rest = ''] =
    /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})?))?$/.exec(text) ?? [];
  const zone = rest === '' || /[Z+-]/.test(rest) ? '' : 'Z';
  const at = Date.parse(rest === '' ? (day ?? '') : `${day}T${rest}${zone}`);
  if (Number.isNaN(at))
    throw new InvalidArgumentError('Give a day or a time, such as 2026-11-01 or 2026-11-01T06:00Z.');
  return at;
}
