import { describe, expect, it } from 'vitest';
import { genesis, seal } from '../../../src/audit/chain.ts';
import type { Actor, Entry, IncidentEvent } from '../../../src/incidents/model/events.ts';
import type { IncidentRecord } from '../../../src/ports/record.ts';
import { createRecords } from '../../../src/queue/steps/incident-record.ts';
import { anOpening } from '../../support/a-journal.ts';

const lead: Actor = { user: 'U0LEAD', via: 'button' };
const ana: Actor = { user: 'U0ANA', via: 'form' };

async function recorded(events: readonly IncidentEvent[]): Promise<IncidentRecord> {
  const journal = events.reduce<readonly Entry[]>((entries, event, seq) => {
    const prev = entries.at(-1)?.hash ?? genesis;
    return [...entries, seal({ seq, at: 2_000_000 + seq, event, prev })];
  }, []);
  const nameOf = async (user: string): Promise<string | undefined> =>
    user === 'U0LEAD' ? 'Mira Okafor' : undefined;
  return createRecords({ journal: async () => journal }, { get: () => undefined }, nameOf).of('rl-test1234');
}

describe('the record of an incident', () => {
  it('names people whom texts mention, whoever acted, and never shows a mention', async () => {
    const mentions = 'ask <@U0LEAD> or <@U0NOBODY|nobody>';
    const { timeline, closed } = await recorded([
      anOpening(),
      { type: 'refused', by: ana, why: mentions },
      { type: 'handed-over', to: 'U0LEAD', by: ana },
      { type: 'closed', why: 'not a problem: said <@U0LEAD>', outcome: 'not-a-problem', by: lead },
    ]);

    expect(timeline.map(({ what, detail = '' }) => `${what} ${detail}`)).toEqual(
      expect.arrayContaining([
        'Action: refused ask Mira Okafor or U0NOBODY',
        'Handed the incident over to Mira Okafor ',
      ]),
    );
    expect(closed).toMatchObject({
      by: 'Mira Okafor',
      why: 'not a problem: said Mira Okafor',
      neededNothing: true,
    });
  });

  it('counts what a person only opened as no decision', async () => {
    const { timeline } = await recorded([anOpening(), { type: 'trail-viewed', by: ana }]);

    expect(timeline.at(-1)).toMatchObject({ kind: 'step', what: 'Opened the audit trail', who: 'U0ANA' });
  });
});
