import type { Command } from 'commander';
import { commandSettings } from '../config/environment.ts';
import { S3Uri } from '../playbooks/define.ts';
import type { DataReport } from '../training-data/data-report.ts';
import { reportInWords } from '../training-data/report-in-words.ts';
import type { SchemaName } from '../training-data/schemas.ts';
import { selectSchema, type TiersData, tiersDataIn } from '../training-data/tier-data.ts';
import { addDataFixCommand } from './data-fix.ts';
import { reportLines, schemaOption, wrongTier, wrongUri } from './shared/data-options.ts';
import { misused, printProgress, printResult } from './shared/print.ts';
import { withS3 } from './shared/with-aws.ts';
import { validatedBy, withReaders } from './shared/with-readers.ts';

interface Options {
  readonly s3Uri: readonly string[];
  readonly tier: string;
  readonly schema?: SchemaName;
  readonly json?: boolean;
}

export function addDataCommands(program: Command, finish: (code: number) => void): void {
  const data = program.command('data').description('validate and fix training data in S3');
  addDataFixCommand(data, finish);
  const validate = data
    .command('validate')
    .description(
      'read every record and report each problem with its location and count; exit 1 if there are errors',
    )
    .requiredOption('--s3-uri <uri...>', 'objects, folders or manifests: s3://bucket/prefix/')
    .requiredOption('--tier <tier>', 'a tier in relight.yaml; its data rules apply')
    .addOption(schemaOption())
    .option('--json', 'print JSON')
    .action(async (options: Options) => {
      const { settings } = commandSettings();
      const misuse = wrongUri(options.s3Uri) ?? wrongTier(options.tier, settings?.tiers);
      if (misuse !== undefined) misused(validate, misuse);
      const report = await validated(options, tiersDataIn(settings?.tiers ?? {}));
      const { s3Uri, tier, json } = options;
      printResult(json, { uris: s3Uri, tier, ...report }, reportLines(reportInWords(report)));
      if (report.errors > 0) finish(1);
    });
}

async function validated(options: Options, tiers: TiersData): Promise<DataReport> {
  const uris = options.s3Uri.map((uri) => S3Uri.parse(uri));
  const question = { uris, ...selectSchema(tiers, options.tier, options.schema) };
  const progress = (done: number, all: number): void => printProgress(`${done} of ${all} pieces read`);
  return withS3(async () => withReaders(async (readers) => validatedBy(readers, question, progress)));
}
