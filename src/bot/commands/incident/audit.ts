import { readTrail } from '../../clicks/incident/read-trail.ts';
import { answerText } from '../../views/answers.ts';
import type { Command } from '../command.ts';
import { chooseIncident } from './choose.ts';

export const audit: Command = {
  name: 'audit',
  takes: '[INCIDENT]',
  does: 'shows every event, decision, refusal, request, hash and AWS request ID of an incident',
  run: async (services, call) => {
    const [, incident] = call.words;
    if (incident === undefined) return chooseIncident(services, call, 'audit');
    const opened = await readTrail(services, { incident, page: 1 }, call.requester);
    if ('kind' in opened) return { text: answerText(opened) };
    await services.client.views.open({ trigger_id: call.trigger, view: opened.view });
    return { text: opened.summary };
  },
};
