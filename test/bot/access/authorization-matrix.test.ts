import { describe, expect, it } from 'vitest';
import { type Outcome, outcomeOf } from './a-matrix.ts';
import { dimensions, type Row } from './matrix-rows.ts';

/** An independent statement of the policy: what must be true for a click to count, and for its change to run. */
function model(row: Row): Pick<Outcome, 'click' | 'run'> {
  const isPerson = row.kind === 'member' || row.kind === 'of the same organization';
  const held = { none: 0, responder: 1, lead: 2, 'production-approver': 3 }[row.role];
  const isThere = row.channel === 'incident' && isKnown(row);
  const click = isPerson && isThere && held >= needed(row) && mayCount(row);
  return { click, run: click && row.policyClass !== 'read' && row.meanwhile === 'nothing' };
}

function isKnown({ lookup, policyClass }: Row): boolean {
  return lookup === 'ok' || (policyClass === 'read' && lookup === 'fails after it worked');
}

function needed({ policyClass, tier }: Row): number {
  return { read: 1, reversible: 1, spend: tier === 'gold' ? 2 : 1, production: 3 }[policyClass];
}

function mayCount(row: Row): boolean {
  if (row.policyClass === 'read') return true;
  return row.relation !== 'approver' && !(isOwn(row) && asksForOthers(row));
}

function isOwn({ relation }: Row): boolean {
  return relation === 'requester' || relation === 'starter' || relation === 'adjuster';
}

function asksForOthers({ policyClass, tier }: Row): boolean {
  return policyClass === 'production' || (policyClass === 'spend' && tier === 'gold');
}

function everyRow(): readonly Row[] {
  const rows = Object.entries(dimensions).reduce<readonly object[]>(
    (before, [name, values]) => before.flatMap((row) => values.map((value) => ({ ...row, [name]: value }))),
    [{}],
  );
  // Each row has one value of each dimension. Nothing runs after a look, so what happens then makes no difference.
  return (rows as readonly Row[]).filter((row) => row.policyClass !== 'read' || row.meanwhile === 'nothing');
}

describe('who may do what', () => {
  it('agrees with the policy for every role, class, tier, kind of user, channel, lookup, relation and change in between', async () => {
    const rows = everyRow();
    expect(rows.length).toBe(74_880);
    const wrong: object[] = [];
    const ran: Row[] = [];
    const notRecorded: Row[] = [];

    for (const row of rows) {
      const { click, run, refusals, says } = await outcomeOf(row);
      if (JSON.stringify({ click, run }) !== JSON.stringify(model(row)))
        wrong.push({ row, click, run, says });
      if ((says === '') !== (refusals === 0)) notRecorded.push(row);
      if (run) ran.push(row);
    }

    expect(wrong.slice(0, 5)).toEqual([]);
    expect(notRecorded.slice(0, 5)).toEqual([]);
    expect(ran.length).toBeGreaterThan(50);
    expect(ran.filter((row) => row.relation === 'approver' || (isOwn(row) && asksForOthers(row)))).toEqual(
      [],
    );
  });
});
