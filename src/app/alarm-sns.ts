import type { Express } from 'express';
import { createCertificates } from '../alarms/sns/certificates.ts';
import { addSnsRoute, type SnsDeps } from '../alarms/sns/webhook.ts';
import { createConfirmSubscription } from '../aws/alarms/sns-topics.ts';
import type { Clients } from '../aws/clients.ts';
import { createSeenMessages } from '../redis/first-claim.ts';
import type { AlarmIntake } from './alarm-intake.ts';
import type { Core } from './core.ts';

/** How the certificate of a signature is fetched; tests sign with a key of their own. */
export type Certificate = SnsDeps['certificate'];

/** `/alarms/sns`, where relight.yaml names topics. */
export function openSnsRoute(
  { config, redis, clock, log }: Core,
  clients: Pick<Clients, 'sns'>,
  { handleAlarm, heard }: AlarmIntake,
  http: { readonly app: Express; readonly certificate?: Certificate | undefined },
): void {
  const { sns } = config.settings;
  if (sns === undefined) return;
  addSnsRoute(http.app, {
    topics: new Set(sns.topics),
    confirm: sns.confirm_subscriptions,
    certificate: http.certificate ?? createCertificates(),
    confirmSubscription: createConfirmSubscription(clients.sns),
    seen: createSeenMessages(redis.forAnswers),
    record: async ({ id, body }) => {
      await handleAlarm({ id, body, path: 'sns' });
      await heard('sns');
    },
    now: clock.now,
    log,
  });
}
