import type { Config } from '../config/environment.ts';
import type { Log } from '../log.ts';

/** The export of spans, or nothing if no endpoint is set. */
export interface Tracing {
  /** The part of the grace period, in ms, that the last spans may take when the process stops. */
  readonly closeMs: number;
  readonly close: () => Promise<void>;
}

const closeMs = 2_000;

/** Without an endpoint, the SDK of OpenTelemetry is not loaded. */
export async function startTracing(
  { exportsSpans, role }: Pick<Config, 'exportsSpans' | 'role'>,
  log: Log,
): Promise<Tracing> {
  if (!exportsSpans) return { closeMs: 0, close: async () => undefined };
  const { exportSpans } = await import('../tracing/export-spans.ts');
  const spans = exportSpans(role, log);
  return { closeMs, close: async () => spans.close(closeMs) };
}
