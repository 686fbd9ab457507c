import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { z } from 'zod';

const Polled = z.object({ answers: z.number(), failures: z.number(), worstMs: z.number() });

export interface HealthPoll {
  /** Stops polling; returns the numbers of answers and failures, and the slowest response time. */
  readonly stop: () => Promise<z.infer<typeof Polled>>;
}

/** Runs in a separate process, so that the stand-ins in the test process do not distort the response times. */
const program = `
  const polled = { answers: 0, failures: 0, worstMs: 0 };
  process.stdin.on('end', () => {
    console.log(JSON.stringify(polled));
    process.exit();
  }).resume();
  for (;;) {
    const startedAt = performance.now();
    try {
      const { ok } = await fetch(process.argv[1], { signal: AbortSignal.timeout(30_000) });
      polled[ok ? 'answers' : 'failures'] += 1;
    } catch {
      polled.failures += 1;
    }
    polled.worstMs = Math.max(polled.worstMs, performance.now() - startedAt);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
`;

/** Polls `/healthz` of a Relight process. */
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
