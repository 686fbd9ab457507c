import { z } from 'zod';
import { withoutSecrets } from '../../sanitize/redaction.ts';

export const PlainEvent = z.record(z.string(), z.unknown());

/** Fields with names, ids and enum values, which are never redacted. All other fields may contain text of people or jobs. */
const structural: ReadonlySet<string> = new Set([
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
  'to',
  'call',
  'outcome',
  'link',
  'status',
]);

export function eventWithoutSecrets(event: z.infer<typeof PlainEvent>): z.infer<typeof PlainEvent> {
  const fields = Object.entries(event);
  return {
    ...Object.fromEntries(fields.filter(([field]) => structural.has(field))),
    ...withoutSecrets(Object.fromEntries(fields.filter(([field]) => !structural.has(field)))),
  };
}
