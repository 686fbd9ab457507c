import type { Command } from 'commander';
import { commandSettings } from '../config/environment.ts';
import { S3Uri } from '../playbooks/define.ts';
import type { DataReport } from '../training-data/data-report.ts';
import { reportInWords } from '../training-data/report-in-words.ts';
import type { SchemaName } from '../training-data/schemas.ts';
import { selectSchema, type TiersData, tiersDataIn } from '../training-data/tier-data.ts';
import { addDataFixCommand, schemaOption } from './data-fix.ts';
import { printJson, printLines, printProgress } from './shared/print.ts';
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
      const misuse = misuseOf(options, settings && Object.keys(settings.tiers));
      if (misuse !== undefined) validate.error(`relight: ${misuse}`, { exitCode: 2 });
      const report = await validated(options, tiersDataIn(settings?.tiers ?? {}));
      show(options, report);
      if (report.errors > 0) finish(1);
    });
}

function misuseOf({ s3Uri, tier }: Options, tiers: readonly string[] | undefined): string | undefined {
  const wrong = s3Uri.find((uri) => !S3Uri.safeParse(uri).success);
  if (wrong !== undefined) return `${wrong} does not look like s3://bucket/prefix/`;
  if (tiers === undefined || tiers.includes(tier)) return undefined;
  return `relight.yaml has no tier ${tier}; its tiers are ${tiers.join(', ')}`;
}

async function validated(options: Options, tiers: TiersData): Promise<DataReport> {
  const uris = options.s3Uri.map((uri) => S3Uri.parse(uri));
  const question = { uris, ...selectSchema(tiers, options.tier, options.schema) };
  const progress = (done: number, all: number): void => printProgress(`${done} of ${all} pieces read`);
  return withS3(async () => withReaders(async (readers) => validatedBy(readers, question, progress)));
}

function show({ s3Uri, tier, json }: Options, report: DataReport): void {
  if (json === true) {
    printJson({ uris: s3Uri, tier, ...report });
    return;
  }
  const { headline, facts = [], lines = [] } = reportInWords(report);
  printLines([headline, ...facts.map(({ label, value }) => `${label}: ${value}`), ...lines]);
}
