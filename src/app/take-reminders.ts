import { peopleToTake, takeMinutes } from '../config/charge-settings.ts';
import { createTakeReminders } from '../incidents/charge/take-reminder.ts';
import type { Core } from './core.ts';

/** Calls people to incidents that nobody has taken. */
export function takeReminders({ config, store, clock, advance }: Core): () => Promise<void> {
  const { settings } = config;
  return createTakeReminders({
    store,
    advance,
    now: clock.now,
    minutesOf: (tier) => takeMinutes(settings, tier),
    callFor: (number) => peopleToTake(settings, number),
  });
}
