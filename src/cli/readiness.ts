import type { Command } from 'commander';
import { fenceIn } from '../app/locations/own-fence.ts';
import { measureReadiness } from '../app/readiness/measure-readiness.ts';
import { createAwsAdapters } from '../app/steps/aws-adapters.ts';
import { createClients } from '../aws/clients.ts';
import { asOpsError } from '../errors.ts';
import { type ReadinessReport, readinessOf } from '../readiness/readiness.ts';
import { readinessLines, readinessSummary } from '../readiness/readiness-lines.ts';
import { printProblems, printResult } from './shared/print.ts';
import { shellLine } from './shared/remedies.ts';
import { withCore } from './shared/with-core.ts';

const exitCodes = { ready: 0, 'not-ready': 1, unknown: 2 } as const;

export function addReadinessCommand(program: Command, finish: (code: number) => void): void {
  program
    .command('readiness')
    .description(
      'measure the preparation for the next failure, with how to fix each gap; exit 1 if something is to be fixed, 2 if nothing was found but something could not be measured',
    )
    .option('--json', 'print JSON')
    .action(async ({ json }: { readonly json?: boolean }) => {
      const report = await measure().catch((error: unknown) => {
        printProblems([shellLine(asOpsError(error))]);
        finish(exitCodes.unknown);
      });
      if (report === undefined) return;
      printResult(json, report, [`Readiness: ${readinessSummary(report)}`, ...readinessLines(report)]);
      finish(exitCodes[readinessOf(report)]);
    });
}

async function measure(): Promise<ReadinessReport> {
  return withCore(async (core) => {
    const clients = createClients({ pathStyle: core.config.pathStyleBuckets, fence: fenceIn(core.config) });
    try {
      return await measureReadiness(core, createAwsAdapters(core, clients));
    } finally {
      clients.close();
    }
  });
}
