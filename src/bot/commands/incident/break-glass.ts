import { minReason } from '../../../incidents/charge/break-glass.ts';
import { type Command, replyTo } from '../command.ts';

export const breakGlass: Command = {
  name: 'break-glass',
  takes: 'INCIDENT REASON',
  does: 'lets you make one change alone within 30 minutes, and calls the leads; only for the people under break_glass in relight.yaml',
  run: async (services, { words: [, id, ...reason], requester }) => {
    if (id === undefined)
      return {
        text: `Missing incident and reason: \`/relight break-glass INCIDENT REASON\`. The reason has at least ${minReason} characters.`,
      };
    const ref = { incident: id, step: 'break-glass', attempt: 1, hash: '' };
    return replyTo(services, id, await services.intents.breakGlass(ref, requester, reason.join(' ')));
  },
};
