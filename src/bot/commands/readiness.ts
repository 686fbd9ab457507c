import { readinessLines, readinessSummary } from '../../readiness/readiness-lines.ts';
import { readinessBlocks } from '../views/readiness.ts';
import { fitMessage } from '../views/render-limits.ts';
import { escape } from '../views/untrusted.ts';
import type { Command } from './command.ts';

export const readiness: Command = {
  name: 'readiness',
  takes: '[again]',
  does: 'shows what is not prepared for the next failure, and how to fix it; `again` measures AWS now',
  run: async ({ readiness: { current, measureAgain }, clock }, { words }) => {
    if (words[1]?.toLowerCase() === 'again') {
      await measureAgain();
      return { text: 'Relight measures AWS within two minutes. Then send `/relight readiness`.' };
    }
    const report = await current();
    return fitMessage({
      blocks: [...readinessBlocks(report, clock.now())],
      text: [`Readiness: ${readinessSummary(report)}`, ...readinessLines(report, 1)].map(escape).join('\n'),
    });
  },
};
