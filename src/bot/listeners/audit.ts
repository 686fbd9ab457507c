import type { App } from '@slack/bolt';
import { z } from 'zod';
import type { ListenerServices } from '../clicks/answer.ts';
import { readTrail } from '../clicks/incident/read-trail.ts';
import { trailId } from '../ids.ts';
import { tell } from '../slack/tell.ts';
import { outgoing } from '../slack/web-client.ts';
import { answerText } from '../views/answers.ts';

/** The button of an open audit trail, which turns to the next page. The role is checked again for each page. */
export function listenForTrails(app: App, services: ListenerServices): void {
  app.view(trailId, async ({ ack, body }) => {
    const { user, view } = NextPage.parse(body);
    const { incident, page, channel } = view.private_metadata;
    const requester = { actor: { user: user.id, via: 'form' }, channel } as const;
    const next = await readTrail(services, { incident, page: page + 1 }, requester);
    if (!('kind' in next)) return ack({ response_action: 'update', view: outgoing(next.view) });
    await ack();
    return tell(services, { user: user.id, channel }, answerText(next));
  });
}

const NextPage = z.object({
  user: z.object({ id: z.string() }),
  view: z.object({
    private_metadata: z
      .string()
      .transform((text): unknown => JSON.parse(text))
      .pipe(z.object({ incident: z.string(), page: z.number().int(), channel: z.string() })),
  }),
});
