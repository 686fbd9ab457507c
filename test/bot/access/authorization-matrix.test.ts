import { describe, expect, it } from 'vitest';
import { dimensions, type Outcome, outcomeOf, type Row } from './a-matrix.ts';

/** An independent statement of the policy: what must be true for a click to count, and for its change to run. */
function model(row: Row): Pick<Outcome, 'click' | 'run'> {
  const { policyClass, tier, relation } = row;
  const isRead = policyClass === 'read';
  const isPerson = row.kind === 'member' || row.kind === 'of the same organization';
  const isKnown = row.lookup === 'ok' || (isRead && row.lookup === 'fails after it worked');
  const needed = {
    read: 1,
    reversible: 1,
    spend: tier === 'gold' ? 2 : 1,
    production: 3,
  }[policyClass];
  const held = { none: 0, responder: 1, lead: 2, 'production-approver': 3 }[row.role];
  const byOthers = policyClass === 'production' || (policyClass === 'spend' && tier === 'gold');
  const isOwn = relation === 'requester' || relation === 'starter' || relation === 'adjuster';
  const hasApproved = relation === 'approver' && !isRead;
  const isFree = !(isOwn && byOthers) && !hasApproved;
  const click = isPerson && isKnown && row.channel === 'incident' && held >= needed && isFree;
  return { click, run: click && !isRead && row.meanwhile === 'nothing' };
}

function everyRow(): readonly Row[] {
  return Object.entries(dimensions).reduce<readonly object[]>(
    (rows, [name, values]) => rows.flatMap((row) => values.map((value) => ({ ...row, [name]: value }))),
    [{}],
    // Each row has one value of each dimension.
  ) as readonly Row[];
}

describe('who may do what', () => {
  it('agrees with the policy for every role, class, tier, kind of user, channel, lookup, relation and change in between', async () => {
    // Nothing runs after a look, so what happens then makes no difference.
    const rows = everyRow().filter((row) => row.policyClass !== 'read' || row.meanwhile === 'nothing');
    expect(rows.length).toBeGreaterThan(5_000);
    const wrong: object[] = [];
    let [selfApprovals, unrecorded, ran] = [0, 0, 0];

    for (const row of rows) {
      const { click, run, refusals, says } = await outcomeOf(row);
      const expected = model(row);
      if (click !== expected.click || run !== expected.run) wrong.push({ row, click, run, says });
      if (says !== '' && refusals !== 1) unrecorded += 1;
      if (run) ran += 1;
      const isOwn = ['requester', 'starter', 'adjuster', 'approver'].includes(row.relation);
      if (
        isOwn &&
        run &&
        (row.policyClass === 'production' || row.tier === 'gold') &&
        row.policyClass !== 'reversible'
      )
        selfApprovals += 1;
    }

    expect(wrong.slice(0, 5)).toEqual([]);
    expect({ wrong: wrong.length, selfApprovals, unrecorded }).toEqual({
      wrong: 0,
      selfApprovals: 0,
      unrecorded: 0,
    });
    expect(ran).toBeGreaterThan(50);
  }, 120_000);
});
