import { type Command, Option } from 'commander';
import { commandSettings } from '../config/environment.ts';
import { S3Uri } from '../playbooks/define.ts';
import { fixesBy, type Readers } from '../readers/readers.ts';
import type { DataReport } from '../training-data/data-report.ts';
import { differencesOf, headlineOf, resultInWords, warningsOf } from '../training-data/fix/fix-in-words.ts';
import { defaultDropLimit, type FixJob, type FixResult } from '../training-data/fix/fix-job.ts';
import { approvalFixes, type FixId } from '../training-data/fix/fixes.ts';
import type { FixPlan } from '../training-data/fix/plan/plan-fix.ts';
import { asFolder, channelsFor } from '../training-data/fix/plan/target.ts';
import type { SchemaName } from '../training-data/schemas.ts';
import { selectSchema, tiersDataIn } from '../training-data/tier-data.ts';
import { reportLines, schemaOption, wrongTier, wrongUri } from './shared/data-options.ts';
import { misused, printResult } from './shared/print.ts';
import { withS3 } from './shared/with-aws.ts';
import { validatedBy, withReaders } from './shared/with-readers.ts';

interface Options {
  readonly s3Uri: readonly string[];
  readonly to: string;
  readonly tier?: string;
  readonly schema?: SchemaName;
  readonly approve: readonly FixId[];
  readonly dropLimit?: string;
  readonly fixIssues?: true;
  readonly json?: boolean;
}

export function addDataFixCommand(data: Command, finish: (code: number) => void): void {
  const fix = data
    .command('fix')
    .description(
      'show what would be fixed; exit 1 if there are errors. With --fix-issues, write a fixed copy and validate it. Nothing is overwritten',
    )
    .requiredOption('--s3-uri <uri...>', 'objects or folders: s3://bucket/prefix/')
    .requiredOption('--to <uri>', 'a new prefix for the copy: s3://bucket/new-prefix/')
    .option('--fix-issues', 'write the copy; without this option nothing is written')
    .option('--tier <tier>', 'a tier in relight.yaml; its data rules apply')
    .addOption(schemaOption())
    .addOption(
      new Option('--approve <fix...>', 'fixes that can change the meaning of records')
        .choices(approvalFixes)
        .default([]),
    )
    .option(
      '--drop-limit <percent>',
      'the percentage of records that may be lost',
      String(defaultDropLimit * 100),
    )
    .option('--json', 'print JSON')
    .action(async (options: Options) => {
      const misuse = misuseOf(options);
      if (misuse !== undefined) misused(fix, misuse);
      const done = await fixed(options);
      show(options, done);
      if (done.result === undefined && done.found.errors > 0) finish(1);
    });
}

function misuseOf({ s3Uri, to, tier, dropLimit }: Options): string | undefined {
  const limit = Number(dropLimit);
  const wrongLimit =
    limit >= 0 && limit <= 100
      ? undefined
      : `--drop-limit must be a percentage from 0 to 100, not ${dropLimit}`;
  return wrongUri([...s3Uri, to]) ?? wrongLimit ?? wrongTier(tier, commandSettings().settings?.tiers);
}

interface Done {
  readonly job: FixJob;
  /** The report on the original data. */
  readonly found: DataReport;
  readonly plan: FixPlan;
  readonly result?: FixResult;
}

async function fixed(options: Options): Promise<Done> {
  const tiers = tiersDataIn(commandSettings().settings?.tiers ?? {});
  const selected = selectSchema(tiers, options.tier ?? '', options.schema);
  const work = async (readers: Readers): Promise<Done> => {
    const fixes = fixesBy(readers);
    const job = jobOf(options, selected);
    const uris = job.sources.map(({ uri }) => uri);
    const found = await validatedBy(readers, { uris, ...selected });
    const plan = await fixes.plan(job);
    if (options.fixIssues === undefined) return { job, found, plan };
    const run = { by: 'relight data fix', ready: async () => undefined };
    return { job, found, plan, result: await fixes.run(job, run) };
  };
  return withS3(async () => withReaders(work));
}

function jobOf(
  { s3Uri, to, approve, dropLimit }: Options,
  selected: ReturnType<typeof selectSchema>,
): FixJob {
  return {
    ...selected,
    sources: channelsFor(s3Uri.map((uri) => S3Uri.parse(uri))),
    approved: approve,
    dropLimit: Number(dropLimit) / 100,
    target: asFolder(S3Uri.parse(to)),
  };
}

/** Prints the findings in the original data and the fixes that were made or would be made. */
function show({ json }: Options, { job, found, plan, result }: Done): void {
  const { records, errors, warnings, byRule, samples } = found;
  const { fixes: fixed, quarantined, kept } = plan.counts;
  const value = { records, errors, warnings, byRule, samples, fixed, quarantined, kept, ...result };
  printResult(json, value, result === undefined ? planLines(plan, job) : reportLines(resultInWords(result)));
}

function planLines(plan: FixPlan, job: FixJob): readonly string[] {
  return [
    headlineOf(plan),
    ...differencesOf(plan, job).map(({ field, before, after }) =>
      before === undefined ? `${field}: ${after}` : `${field}: ${before} -> ${after}`,
    ),
    ...warningsOf(plan, job),
    'Nothing was written. Add --fix-issues to write the copy.',
  ];
}
