import { cruise, type ICruiseResult } from 'dependency-cruiser';
import config from '../.dependency-cruiser.json' with { type: 'json' };

/** A cruise that sees nothing finds nothing wrong: fewer modules than this means that the tool has gone blind. */
const fewest = 40;

const { output } = await cruise(['src'], {
  ...config.options,
  ruleSet: { forbidden: config.forbidden },
  validate: true,
} as Parameters<typeof cruise>[1]);
// With no reporter asked for, the output is the result object: https://github.com/sverweij/dependency-cruiser/blob/main/doc/api.md
const { summary } = output as ICruiseResult;
for (const { rule, from, to } of summary.violations)
  process.stdout.write(`${rule.severity} ${rule.name}: ${from} -> ${to}\n`);
process.stdout.write(
  `architecture: ${summary.totalCruised} modules, ${summary.violations.length} violations\n`,
);
if (summary.totalCruised < fewest)
  process.stdout.write(`architecture: fewer than ${fewest} modules were seen\n`);
process.exitCode = summary.violations.length > 0 || summary.totalCruised < fewest ? 1 : 0;
