import { z } from 'zod';
import { plainLine } from '../src/sanitize/plain-text.ts';

const Ledger = z.object({
  messages: z.array(z.object({ ts: z.string(), text: z.string(), thread_ts: z.string().optional() })),
});

/** Prints each new message in the incident channel to the terminal. */
export function showProgress(slackUrl: string, scenario: string): { readonly close: () => void } {
  process.stdout.write(`Open ${slackUrl} in a browser.\n`);
  if (scenario !== 'none')
    process.stdout.write(
      `The first failure (${scenario}) is starting: its incident opens in #ml-incidents within seconds.\n`,
    );
  const shown = new Set<string>();
  const timer = setInterval(() => void show(slackUrl, shown), 1_000);
  return { close: () => clearInterval(timer) };
}

async function show(slackUrl: string, shown: Set<string>): Promise<void> {
  const answer = await fetch(`${slackUrl}/_sandbox/ledger`)
    .then((response) => response.json())
    .catch(() => undefined);
  for (const { ts, text, thread_ts } of Ledger.safeParse(answer).data?.messages ?? []) {
    if (shown.has(ts)) continue;
    shown.add(ts);
    process.stdout.write(
      `${thread_ts === undefined ? '#' : '  >'} ${plainLine(text.split('\n')[0] ?? '')}\n`,
    );
  }
}
