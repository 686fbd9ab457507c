import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { crowdedFolders, namesUsedTwice, rules, unknownPlaces } from './floors.ts';

/** If the tool resolves a smaller share of the files, its result means nothing. */
const minShareSeen = 0.9;

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => join('src', file));

const { output } = await cruise(['src'], {
  ruleSet: { forbidden: rules },
  validate: true,
  tsConfig: { fileName: 'tsconfig.json' },
  tsPreCompilationDeps: true,
  doNotFollow: { path: 'node_modules' },
  moduleSystems: ['es6'],
  enhancedResolveOptions: {
    extensions: ['.ts', '.js', '.json'],
    exportsFields: ['exports'],
    conditionNames: ['import', 'node', 'default'],
  },
} as Parameters<typeof cruise>[1]);
// Without a reporter the output is the result object: https://github.com/sverweij/dependency-cruiser/blob/main/doc/api.md
const { summary, modules } = output as ICruiseResult;

const seen = new Set(modules.map(({ source }) => source));
const problems = [
  ...summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`),
  ...unknownPlaces(files).map((place) => `src/${place} is on no floor: add it to .ci/floors.ts`),
  ...namesUsedTwice(files).map((name) => `${name} is the name of two files: rename one`),
  ...crowdedFolders(files).map((folder) => `${folder} has more than 20 files: give it subfolders`),
];
const share = files.filter((file) => seen.has(file)).length / files.length;
if (share < minShareSeen) problems.push(`only ${Math.round(share * 100)} % of the files in src were seen`);

for (const problem of problems) process.stdout.write(`${problem}\n`);
process.stdout.write(`architecture: ${files.length} files, ${problems.length} violations\n`);
process.exitCode = problems.length > 0 ? 1 : 0;
