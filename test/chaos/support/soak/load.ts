import { type Alarms, openAlarms } from './alarms.ts';
import { type Channel, openChannel } from './channel.ts';
import { type Clicks, openClicks } from './clicks.ts';
import type { Fleet } from './fleet.ts';
import type { IncidentPlan } from './moves.ts';
import { jobOf } from './oracles.ts';
import { openTrainingJobs, type TrainingJobs } from './training-jobs.ts';

/** Everything that happens around Relight: jobs that fail, alarms and people. */
export interface Load {
  readonly jobs: TrainingJobs;
  readonly alarms: Alarms;
  readonly clicks: Clicks;
  readonly channel: Channel;
  readonly startJob: () => Promise<void>;
  readonly failJobs: () => Promise<void>;
  readonly sendAlarms: () => Promise<void>;
  readonly press: () => Promise<void>;
  /** The jobs whose cards do not say yet that training was recovered. */
  readonly unrecovered: () => readonly string[];
  /** Whether all that was begun has ended. */
  readonly isOver: () => boolean;
  readonly close: () => void;
}

/** Jobs that only have alarms. */
const steadyJobs = 6;
/** On a slow machine, fewer jobs fail. */
const maxOpen = 15;
/** Every so many incidents, people take another way. */
const [declineEvery, skipEvery] = [5, 3];

export async function openLoad(fleet: Fleet, dice: () => number): Promise<Load> {
  const { world } = fleet;
  const jobs = openTrainingJobs(world);
  const alarms = openAlarms(world, await jobs.startSteady(steadyJobs), dice);
  const channel = openChannel(world);
  const clicks = openClicks(fleet, channel, dice);
  const states = (): ReadonlyMap<string, { readonly incident: string; readonly isOver: boolean }> =>
    new Map(
      channel
        .cards()
        .map((card) => [
          jobOf(card),
          { incident: card.metadata?.event_payload.incident ?? '', isOver: card.text.includes('Recovered') },
        ]),
    );
  const unrecovered = (): readonly string[] => {
    const known = states();
    return jobs.failed.flatMap(({ job }) => (known.get(job)?.isOver === true ? [] : [job]));
  };
  const plans = (): readonly IncidentPlan[] => {
    const known = states();
    return jobs.failed.flatMap(({ job }, n) => {
      const state = known.get(job);
      if (state === undefined) return [];
      const skips = n % skipEvery === 0;
      const { incident, isOver } = state;
      if (isOver && (!skips || clicks.isDone('skip', incident))) {
        channel.forget(incident);
        return [];
      }
      return [{ incident, declines: n % declineEvery === 1, skips }];
    });
  };
  return {
    jobs,
    alarms,
    clicks,
    channel,
    startJob: async () => {
      if (unrecovered().length < maxOpen) await jobs.start();
    },
    failJobs: jobs.failRipe,
    sendAlarms: async () => alarms.sendSecond(jobs.failed),
    press: async () => clicks.press(plans()),
    unrecovered,
    isOver: () =>
      jobs.unfailed() === 0 && unrecovered().length === 0 && clicks.pending() === 0 && alarms.isQuiet(),
    close: () => {
      jobs.close();
      alarms.close();
    },
  };
}
