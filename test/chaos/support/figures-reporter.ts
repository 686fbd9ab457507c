import type { Reporter, TestModule } from 'vitest/node';
import { figureTable } from '../../../bench/report.ts';
import { seed } from './scale.ts';

/** Prints the figures of all tests in one table. */
export class FiguresReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const figures = modules.flatMap((module) =>
      [...module.children.allTests()].flatMap((test) => test.meta().figures ?? []),
    );
    const rows = figures.toSorted((one, other) =>
      one.what.localeCompare(other.what, 'en', { numeric: true }),
    );
    process.stdout.write(`\n${figureTable(rows)}\n\nseed ${seed}: replay with CHAOS_SEED=${seed}\n`);
  }
}
