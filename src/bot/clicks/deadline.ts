/** Slack waits 3 s for a reply, and a trigger lives as long: what has to be looked up for one may take this long. */
export const lookMs = 1_200;

/** The value of the promise, or undefined if it takes longer. A rejection after the deadline is ignored. */
export async function firstWithin<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
    promise.catch(() => undefined);
  }
}
