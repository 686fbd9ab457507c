import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { FailureKind } from '../../src/ports/failure-kind.ts';
import { readCorpus } from './entry.ts';
import { type Outcome, outcomeOf, scoreOf } from './measure.ts';

/** Prints how well the diagnosis does on the corpus, and on the shared cases if they are beside the checkout. */
const flag = { type: 'boolean', default: false } as const;
const { values: options } = parseArgs({ options: { write: flag, show: flag, 'corpus-only': flag } });
const halves = ['build', 'measure'] as const;
const outcomes = readCorpus().map(outcomeOf);

print(row('kind', ...halves.flatMap(() => ['entries', 'named', 'right', 'harmful'])));
for (const kind of FailureKind.options)
  printRow(
    kind,
    outcomes.filter(({ entry }) => entry.kinds[0] === kind),
  );
printRow('all', outcomes);
if (options.show) for (const outcome of outcomes.filter(({ right }) => !right)) print(explained(outcome));
if (options.write) writeScore();
if (!options['corpus-only']) runSharedCases();

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function printRow(name: string, of: readonly Outcome[]): void {
  const numbers = halves.flatMap((half) => Object.values(scoreOf(of.filter((one) => one.half === half))));
  print(row(name, ...numbers.map(String)));
}

function row(name: string, ...cells: readonly string[]): string {
  const columns = cells.map((cell, index) => cell.padStart(index % 4 === 0 ? 12 : 9));
  return `${name.padEnd(20)}${columns.join('')}`;
}

/** Only entries of the build half in full: the others are measured and must not be built on. */
function explained({ entry, half, kind, strategy, harmful }: Outcome): string {
  const got = `${entry.kinds.join(' or ')}, got ${kind} (${strategy})${harmful ? ', harmful' : ''}`;
  return half === 'build'
    ? `build: ${got}: ${entry.from}\n    ${entry.says.join('\n    ')}`
    : `measure: ${got}`;
}

function writeScore(): void {
  const scores = halves.map((half) => [half, scoreOf(outcomes.filter((one) => one.half === half))] as const);
  writeFileSync('test/corpus/score.json', `${JSON.stringify(Object.fromEntries(scores), undefined, 2)}\n`);
}

function runSharedCases(): void {
  const checker = '../shared/cases/check.mjs';
  if (existsSync(checker)) spawnSync(process.execPath, [checker, '--build'], { stdio: 'inherit' });
}
