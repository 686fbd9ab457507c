import {
  type HeartbeatSource,
  type Heartbeats,
  sourceNames,
  sourceRemedies,
} from '../../alarms/watch/heartbeats.ts';
import type { Config } from '../../config/environment.ts';
import { clock } from '../../in-words.ts';
import type { ReadinessFinding } from '../../readiness/readiness.ts';

/** The sources of alarms that must be heard, with the minutes of silence after which something is wrong. */
export function expectedSources({ alarmQueueUrl, settings }: Config): ReadonlyMap<HeartbeatSource, number> {
  const { sqs, sns, poller } = settings.intake.silent_minutes;
  return new Map<HeartbeatSource, number>([
    ['poller', poller],
    ...(alarmQueueUrl === undefined ? [] : [['sqs', sqs] as const]),
    ...(sns === undefined ? [] : [['sns', sns] as const]),
  ]);
}

/** The sources that are silent now. */
export async function silentSources(
  config: Config,
  heartbeats: Pick<Heartbeats, 'last'>,
  now: number,
): Promise<readonly ReadinessFinding[]> {
  const silent: ReadinessFinding[] = [];
  for (const [source, minutes] of expectedSources(config)) {
    const last = await heartbeats.last(source);
    if (last !== undefined && now - last <= minutes * 60_000) continue;
    const since = last === undefined ? 'has never been heard from' : `is silent since ${clock(last)}`;
    const fix = sourceRemedies[source].replace(/\.$/, '');
    silent.push({
      what: `${sourceNames[source]} ${since}, so failures may be reported late or not at all`,
      fix,
    });
  }
  return silent;
}
