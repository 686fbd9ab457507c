import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The files that take half a minute or more, the longest first. One that starts last runs alone on one of two cores. */
const longest = [
  'test/sandbox/demo-scenarios.test.ts',
  'test/commands/fresh-clone.test.ts',
  'test/e2e/halt.test.ts',
  'test/e2e/recover-from-spot-interruption.test.ts',
  'test/e2e/escalation.test.ts',
  'test/e2e/take-over.test.ts',
  'test/playbooks/authors-page.test.ts',
  'test/e2e/broken-checkpoints.test.ts',
  'test/e2e/redis-lost.test.ts',
  'test/sandbox/demo.test.ts',
  'test/alarms/poison.test.ts',
  'test/e2e/other-hardware.test.ts',
  'test/expressions/long-texts.test.ts',
  'test/expressions/linear.test.ts',
  'test/training-data/hostile-lines.test.ts',
  'test/image/image.test.ts',
];

/** Vitest orders files by their last durations, which a fresh checkout does not have, and then by their sizes. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const missing = longest.filter((file) => !existsSync(file));
    if (missing.length > 0) throw new Error(`test/support/longest-first.ts names ${missing.join(', ')}`);
    return (await super.sort(files)).toSorted((one, other) => rankOf(one) - rankOf(other));
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const rank = longest.indexOf(relative('.', moduleId));
  return rank === -1 ? longest.length : rank;
}
