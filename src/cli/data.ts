import { type Command, Option } from 'commander';
import { createDatasets } from '../aws/datasets.ts';
import { commandSettings } from '../config.ts';
import type { DataReport } from '../playbooks/data/data-report.ts';
import { reportInWords } from '../playbooks/data/report-in-words.ts';
import { type SchemaName, schemaNames } from '../playbooks/data/schemas.ts';
import { askedOf, type TiersData, tiersDataIn } from '../playbooks/data/tier-data.ts';
import { type ScanAll, validateData } from '../playbooks/data/validate-data.ts';
import { S3Uri } from '../playbooks/define.ts';
import type { Datasets } from '../playbooks/ports/datasets.ts';
import { addDataFixCommand } from './data-fix.ts';
import { printJson, printLines, printProgress } from './print.ts';
import { scanInProcesses } from './scan-in-processes.ts';
import { withS3 } from './with-aws.ts';

interface Options {
  readonly s3Uri: readonly string[];
  readonly tier: string;
  readonly schema?: SchemaName;
  readonly json?: boolean;
}

export function addDataCommands(program: Command, finish: (code: number) => void): void {
  const data = program.command('data').description('check training data in S3, and fix it');
  addDataFixCommand(data, finish);
  const validate = data
    .command('validate')
    .description('read every record and say what is wrong, where and how often; exit 1 when there are errors')
    .requiredOption('--s3-uri <uri...>', 'objects, folders or manifests: s3://bucket/prefix/')
    .requiredOption('--tier <tier>', 'a tier of relight.yaml: what its data must look like')
    .addOption(
      new Option('--schema <schema>', 'the form of the records, in place of what the tier says').choices([
        ...schemaNames,
        'auto',
      ]),
    )
    .option('--json', 'print JSON')
    .action(async (options: Options) => {
      const { pathStyleBuckets, settings } = commandSettings();
      const misuse = misuseOf(options, settings && Object.keys(settings.tiers));
      if (misuse !== undefined) validate.error(`relight: ${misuse}`, { exitCode: 2 });
      const report = await validated(options, pathStyleBuckets, tiersDataIn(settings?.tiers ?? {}));
      show(options, report);
      if (report.errors > 0) finish(1);
    });
}

function misuseOf({ s3Uri, tier }: Options, tiers: readonly string[] | undefined): string | undefined {
  const wrong = s3Uri.find((uri) => !S3Uri.safeParse(uri).success);
  if (wrong !== undefined) return `${wrong} does not look like s3://bucket/prefix/`;
  if (tiers === undefined || tiers.includes(tier)) return undefined;
  return `there is no tier ${tier} in relight.yaml: it has ${tiers.join(', ')}`;
}

async function validated(options: Options, pathStyle: boolean, tiers: TiersData): Promise<DataReport> {
  const uris = options.s3Uri.map((uri) => S3Uri.parse(uri));
  const question = { uris, ...askedOf(tiers, options.tier, options.schema) };
  return withS3(async (s3) => {
    const datasets = createDatasets(s3);
    return validateData(question, datasets, { scanAll: scanner(datasets, pathStyle) });
  });
}

function scanner(datasets: Datasets, pathStyle: boolean): ScanAll {
  return async function* scan(pieces, schema) {
    let done = 0;
    for await (const report of scanInProcesses(pieces, { schema, pathStyle }, datasets)) {
      done += 1;
      printProgress(`${done} of ${pieces.length} pieces are read`);
      yield report;
    }
  };
}

function show({ s3Uri, tier, json }: Options, report: DataReport): void {
  if (json === true) {
    printJson({ uris: s3Uri, tier, ...report });
    return;
  }
  const { headline, facts = [], lines = [] } = reportInWords(report);
  printLines([headline, ...facts.map(({ label, value }) => `${label}: ${value}`), ...lines]);
}
