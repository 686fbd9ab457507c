import { built } from '../../sandbox/built-relight.ts';
import type { RelightProcess, RelightSetup } from '../../sandbox/relight-process.ts';

const hour = 60 * 60_000;

/** Arguments for Node: the built Relight on a machine whose clock is wrong by this many ms. */
export function withWrongClock(wrongBy: number): Pick<RelightSetup, 'program'> {
  // The counter of elapsed time (performance.now) is left alone, as a wrong clock of a machine leaves it.
  const preload = `
    const Real = Date;
    let wrongBy = ${wrongBy};
    process.on('SIGUSR2', () => { wrongBy -= ${hour}; });
    process.on('SIGHUP', () => { process.env.TZ = 'Etc/GMT+4'; });
    globalThis.Date = class extends Real {
      constructor(...given) { given.length === 0 ? super(Real.now() + wrongBy) : super(...given); }
      static now() { return Real.now() + wrongBy; }
    };`;
  return { program: ['--import', `data:text/javascript,${encodeURIComponent(preload)}`, built] };
}

/** A time zone with the offset that New York has in winter. */
export const inWinter = { TZ: 'Etc/GMT+5' } as const;

/** The process is in a time zone that changes to daylight saving time now: from 5 to 4 hours behind UTC. */
export function changeToSummer({ pid }: RelightProcess): void {
  process.kill(pid, 'SIGHUP');
}

/** NTP sets the clock of the machine back by an hour while the process runs. */
export function setBackAnHour({ pid }: RelightProcess): void {
  process.kill(pid, 'SIGUSR2');
}
