import type { CloseRequest } from '../../../incidents/charge/close.ts';
import type { BotServices } from '../../services.ts';
import { escape, line } from '../../views/untrusted.ts';
import type { ClickResponse } from '../click.ts';
import { firstWithin } from '../deadline.ts';
import type { ChosenClose } from './close-form.ts';

/** The request to close an incident, with the named job as AWS has it; or why that job cannot have taken over. */
export async function closeRequest(
  services: Pick<BotServices, 'findJob' | 'limits' | 'log'>,
  { outcome, job, into, why }: ChosenClose,
): Promise<CloseRequest | Extract<ClickResponse, { kind: 'unfit' }>> {
  if (outcome === 'duplicate') return { outcome, into, why };
  if (outcome !== 'recovered') return { outcome, why };
  if (job === undefined) return { outcome, why };
  const found = await findInTime(services, job);
  if (found === 'unknown')
    return unfit('AWS did not answer, so the job could not be checked. Send it again.');
  if (found === undefined) return unfit(`There is no training job ${shown(job)}.`);
  if (found.isOver && !found.trains)
    return unfit(`${shown(job)} has failed or was stopped, so it has not taken over.`);
  return { outcome, job: { name: job, trains: found.trains } };
}

async function findInTime(
  { findJob, limits, log }: Pick<BotServices, 'findJob' | 'limits' | 'log'>,
  job: string,
): Promise<Awaited<ReturnType<BotServices['findJob']>> | 'unknown'> {
  try {
    const found = await firstWithin(
      limits.lookup,
      findJob(job).then((state) => ({ state })),
    );
    return found === undefined ? 'unknown' : found.state;
  } catch (error) {
    log.warn({ job, error: String(error) }, 'a job could not be looked up');
    return 'unknown';
  }
}

function unfit(says: string): Extract<ClickResponse, { kind: 'unfit' }> {
  return { kind: 'unfit', field: 'job', says };
}

function shown(job: string): string {
  return escape(line(job, 63));
}
