import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupsIn } from '../../src/training-data/scan/fingerprint-groups.ts';
import { FingerprintTable } from '../../src/training-data/scan/fingerprints.ts';

const limit = 12;

/** Hashes over the whole range, but so few that many repeat. */
const record = fc.record({
  hi: fc.nat(39).map((n) => Math.imul(n, 0x9e3779b1) >>> 0),
  lo: fc.nat(1),
  a: fc.nat(2),
  b: fc.constant(0),
  c: fc.constant(7),
});

function read(table: FingerprintTable): unknown {
  return { oneIn: table.sampledOneIn, groups: [...groupsIn(table.view())] };
}

describe('fingerprints of more records than fit in memory', () => {
  it('are the same however the records were split, and never more than the limit', () => {
    fc.assert(
      fc.property(
        fc.array(record, { maxLength: 120, size: 'max' }),
        fc.array(fc.nat(120), { maxLength: 4, size: 'max' }),
        (records, cuts) => {
          const whole = new FingerprintTable(limit);
          const tables = [...cuts, 0].map(() => new FingerprintTable(limit));
          for (const [line, key] of records.entries()) {
            const place = { piece: 0, line, offset: line * 10 };
            whole.add(key, place);
            tables[cuts.filter((cut) => cut > line).length]?.add(key, place);
          }
          const merged = new FingerprintTable(limit);
          for (const table of tables) merged.merge(table.data());

          expect(read(merged)).toEqual(read(whole));
          expect(whole.view().size).toBeLessThanOrEqual(limit);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('keep the count and first location of a record even when others are discarded', () => {
    const table = new FingerprintTable(limit);
    const key = { hi: 1, lo: 2, a: 3, b: 0, c: 0 };
    for (let line = 1; line <= 1_000; line += 1) {
      table.add(key, { piece: 0, line, offset: 0 });
      table.add({ ...key, hi: Math.imul(line, 0x9e3779b1) >>> 0 }, { piece: 1, line, offset: 0 });
    }

    const [[fingerprint] = []] = [...groupsIn(table.view())];

    expect(fingerprint).toMatchObject({ count: 1_000, first: { line: 1 }, second: { line: 2 } });
    expect(table.sampledOneIn).toBeGreaterThan(32);
  });
});
