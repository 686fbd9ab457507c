import { z } from 'zod';
import { withoutSecrets } from '../../sanitize/redaction.ts';

/** An event as it stands in JSON. */
export const PlainEvent = z.record(z.string(), z.unknown());

/** Names, ids and enumerations of an event, by which it is understood; what people or jobs wrote is in the others. */
const structure: ReadonlySet<string> = new Set([
  'type',
  'incident',
  'job',
  'region',
  'tier',
  'kind',
  'playbook',
  'steps',
  'step',
  'hash',
  'role',
  'code',
  'own',
  'into',
  'hold',
  'scope',
  'by',
]);

export function eventWithoutSecrets(event: z.infer<typeof PlainEvent>): z.infer<typeof PlainEvent> {
  const fields = Object.entries(event);
  return {
    ...Object.fromEntries(fields.filter(([field]) => structure.has(field))),
    ...withoutSecrets(Object.fromEntries(fields.filter(([field]) => !structure.has(field)))),
  };
}
