import { createWorld, postJson, type World, type WorldOptions } from '../../support/world.ts';
import { type BrokenJob, failuresOf, seedsOf } from './broken-jobs.ts';
import { type Crew, createCrew } from './crew.ts';

/** Many failures at once, and the people who recover from them. */
export interface Fleet {
  readonly world: World;
  readonly crew: Crew;
  /** Lets the people work until this holds. Throws, with what is left to do, when the time is over. */
  readonly workUntil: (
    isEnough: () => boolean | Promise<boolean>,
    what: string,
    timeoutMs: number,
  ) => Promise<void>;
}

/** How often the people look at the channel. */
const lookEveryMs = 1_000;

/** Everything is broken before Relight starts. Each failure is an incident of its own, and no cap is in the way. */
export async function startFleet(
  jobs: readonly BrokenJob[],
  { open, ...options }: WorldOptions & { readonly open: number },
): Promise<Fleet> {
  const world = await createWorld({
    speed: 60,
    ...options,
    jobs: seedsOf(jobs),
    configure: (yaml) =>
      replaced(yaml, [
        ['messages_per_second: 20', 'messages_per_second: 50'],
        ['concurrent_jobs: 10', 'concurrent_jobs: 100000'],
        ['spend_per_day_usd: 50000', 'spend_per_day_usd: 100000000'],
        ['system_failure: { jobs: 5', 'system_failure: { jobs: 100000'],
      ]),
  });
  for (const failure of failuresOf(jobs)) await postJson(`${world.region.url}/_sandbox/fail`, failure);
  const crew = createCrew(world, jobs, open);
  return {
    world,
    crew,
    workUntil: async (isEnough, what, timeoutMs) => {
      const deadline = performance.now() + timeoutMs;
      while (!(await isEnough())) {
        if (performance.now() > deadline) throw new Error(`timed out waiting for ${what}: ${leftOf(crew)}`);
        const looked = performance.now();
        await crew.look();
        const rest = lookEveryMs - (performance.now() - looked);
        await new Promise((resolve) => setTimeout(resolve, Math.max(50, rest)));
      }
    },
  };
}

function replaced(yaml: string, changes: readonly (readonly [from: string, to: string])[]): string {
  return changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`relight.example.yaml does not contain "${from}"`);
    return text.replace(from, to);
  }, yaml);
}

function leftOf({ progress }: Crew): string {
  return progress
    .filter(({ recovered }) => recovered === undefined)
    .map(({ name, kind, pressed }) => `${name} (${kind}, button ${pressed + 1})`)
    .join(', ');
}
