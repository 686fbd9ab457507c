import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { z } from 'zod';

const Polled = z.object({ answers: z.number(), failures: z.number(), worstMs: z.number() });

export interface HealthPoll {
  /** Ends the polling: how often `/healthz` answered, how often it did not, and how long the slowest answer took. */
  readonly stop: () => Promise<z.infer<typeof Polled>>;
}

/** A process of its own: the stand-ins in the process of the test must not make the answers look slow. */
const program = `
  const polled = { answers: 0, failures: 0, worstMs: 0 };
  process.stdin.on('end', () => {
    console.log(JSON.stringify(polled));
    process.exit();
  }).resume();
  for (;;) {
    const begun = performance.now();
    try {
      const { ok } = await fetch(process.argv[1], { signal: AbortSignal.timeout(30_000) });
      polled[ok ? 'answers' : 'failures'] += 1;
    } catch {
      polled.failures += 1;
    }
    polled.worstMs = Math.max(polled.worstMs, performance.now() - begun);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
`;

/** Asks for `/healthz` of a process of Relight again and again. */
export function pollHealth(port: string): HealthPoll {
  const child = spawn(
    process.execPath,
    ['--input-type=module', '--eval', program, `http://127.0.0.1:${port}/healthz`],
    { stdio: ['pipe', 'pipe', 'ignore'] },
  );
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const closed = once(child, 'close');
  return {
    stop: async () => {
      child.stdin.end();
      await closed;
      return Polled.parse(JSON.parse(Buffer.concat(chunks).toString()));
    },
  };
}
