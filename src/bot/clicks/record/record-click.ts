import { asOpsError } from '../../../errors.ts';
import type { Decision } from '../../../incidents/journal/store.ts';
import type { Sent } from '../../../incidents/journal/write-limit.ts';
import type { Actor } from '../../../incidents/model/events.ts';
import type { Incident } from '../../../incidents/model/incident.ts';
import type { ClickResponse, Requester } from '../click.ts';
import { firstWithin, within } from '../deadline.ts';
import { type CorrectServices, correctIfRecorded } from './correct.ts';

/** For the reply of Redis: it refuses a write so much earlier than the person is told that nothing was recorded. */
const replyMs = 250;

/** A click whose decision may already be on its way to Redis. */
interface Attempt {
  sent?: Sent;
  answer?: ClickResponse;
}

/**
 * Records a click, or says that it was not recorded. Then Redis refuses it, or, if only the reply of Redis was lost,
 * the person is told that it was recorded after all.
 */
export async function record(
  services: CorrectServices,
  id: string,
  requester: Requester,
  decided: Promise<(incident: Incident) => Decision<ClickResponse>>,
): Promise<ClickResponse> {
  const attempt: Attempt = {};
  const recording = transactInTime(services, id, requester.actor, decided, attempt);
  const notRecorded = (): ClickResponse => {
    void correctIfRecorded(services, { id, requester, recording, attempt });
    return { kind: 'not-recorded' };
  };
  try {
    return (await firstWithin(services.limits.record, recording)) ?? notRecorded();
  } catch (thrown) {
    const error = asOpsError(thrown);
    if (error.code === 'incident-unknown') return { kind: 'no-incident' };
    if (error.code === 'incident-archived') return { kind: 'archived', what: error.detail };
    services.log.error({ incident: id, error: error.message }, 'a click could not be recorded');
    return notRecorded();
  }
}

async function transactInTime(
  { store, limits }: CorrectServices,
  id: string,
  { user }: Actor,
  decided: Promise<(incident: Incident) => Decision<ClickResponse>>,
  attempt: Attempt,
): Promise<ClickResponse> {
  const { msLeft } = within(limits.record - replyMs);
  const sending = (sent: Sent): void => {
    attempt.sent = sent;
  };
  const decide = await decided;
  let wasTaken = false;
  const { answer, incident } = await store.transact<ClickResponse>(
    id,
    (present) => {
      wasTaken = present.responder !== undefined;
      const decision = decide(present);
      attempt.answer = decision.answer;
      return decision;
    },
    { msLeft, sending },
  );
  const { responder } = incident;
  return !wasTaken && responder?.user === user && responder.how === 'acted'
    ? saidToResponder(answer)
    : answer;
}

/** Nobody had taken the incident, so acting on it made this person its responder. */
function saidToResponder(answer: ClickResponse): ClickResponse {
  const acted = answer.kind === 'recorded' || answer.kind === 'more-needed';
  return acted ? { ...answer, nowResponder: true } : answer;
}
