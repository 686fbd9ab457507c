/** Work that is repeated at a fixed rate until it is stopped. */
export interface AtARate {
  /** Stops after the run in progress; throws if a run failed. */
  readonly stop: () => Promise<void>;
}

/** A run that is late begins at once, so that an hour has as many runs as the rate says. The rate may change. */
export function atARate(everyMs: () => number, work: () => Promise<void>): AtARate {
  let isStopped = false;
  let wake = (): void => undefined;
  const running = (async () => {
    for (let next = Date.now(); !isStopped; next += everyMs()) {
      await new Promise<void>((resolve) => {
        wake = resolve;
        setTimeout(resolve, Math.max(0, next - Date.now()));
      });
      if (!isStopped) await work();
    }
  })();
  // It is told by `stop`, and must not end the process before.
  running.catch(() => undefined);
  return {
    stop: async () => {
      isStopped = true;
      wake();
      await running;
    },
  };
}
