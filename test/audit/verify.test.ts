import { beforeAll, describe, expect, it } from 'vitest';
import { atMost, below } from '../../bench/figures.ts';
import { findingInWords } from '../../src/audit/verify/finding.ts';
import { type ArchiveReport, verifyArchive } from '../../src/audit/verify/verify-archive.ts';
import { report } from '../chaos/support/figures.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { allKeys, archiveAll, journalLines } from './archived-journals.ts';
import { memoryStore } from './memory-store.ts';
import { mutations, type Objects, pick } from './mutations.ts';

/** The guarantee names 10,000, which take a minute. */
const count = Number(process.env['MUTATIONS'] ?? 600);
const seed = Number(process.env['MUTATION_SEED'] ?? Date.now() % 1_000_000);
/** The guarantee names 100,000 entries. */
const records = Number(process.env['VERIFY_RECORDS'] ?? 5_000);

const clock = { now: () => Date.parse('2026-11-03T00:00:00Z') };
const verify = async (objects: Objects): Promise<ArchiveReport> =>
  verifyArchive({ store: memoryStore(new Map(objects)), keys: allKeys, clock, redis: undefined });
const wordsOf = ({ findings }: ArchiveReport): string => findings.map(findingInWords).join('\n');
const problemsOf = ({ findings }: ArchiveReport): number =>
  findings.filter(({ isWarning }) => isWarning !== true).length;

describe('verifying the archive', () => {
  const objects = new Map<string, string>();

  beforeAll(async () => {
    const journals = new Map(['rl-one', 'rl-two', 'workspace'].map((id) => [id, journalLines(id, 40)]));
    await archiveAll(memoryStore(objects), journals, 7);
  });

  it('finds nothing in an archive that nobody changed', async () => {
    expect(await verify(objects)).toMatchObject({ journals: 3, lines: 120, heads: 3, findings: [] });
  });

  it(`finds each of ${count} changes by somebody who can write to the bucket but not sign (seed ${seed})`, async (context) => {
    const dice = seededRandom(seed);
    const original = new Map(objects);
    const missed: string[] = [];
    for (let number = 0; number < count; number += 1) {
      const [name, mutate] = pick(Object.entries(mutations), dice);
      const changed = mutate(objects, dice);
      const isSame =
        changed.size === original.size && [...changed].every(([key, text]) => original.get(key) === text);
      if (!isSame && problemsOf(await verify(changed)) === 0) missed.push(`${name} (${number})`);
    }
    expect(missed).toEqual([]);
    report(context, atMost(`T21: changes of the archive that were missed, of ${count}`, missed.length, 0));
  });

  it.each([
    ['an edited line with a new hash', /^(edit|unproven): .*entry \d+/m],
    ['a removed line', /^(delete: .*entries are missing, the first is entry \d+|truncation: )/m],
    ['a repeated line', /^insert: .*entry \d+ is there again/m],
    ['two lines in another order', /^reorder: .*entry \d+ comes after entry \d+/m],
    ['a removed journal', /^truncation: .*none of its entries, but a head of 2026-11-02T/m],
    ['another history with the journal key', /^fork: .*not those that a head saw at 2026-11-02T/m],
  ])('names %s by its kind and place, and says what to do', async (name, words) => {
    const changed = mutations[name]?.(objects, seededRandom(7)) ?? objects;
    const said = wordsOf(await verify(changed));
    expect(said).toMatch(words);
    expect(said.split('\n').every((line) => /\. [A-Z].*\.$/.test(line))).toBe(true);
  });

  it('says when the newest head was signed if entries after it are gone', async () => {
    const last = [...objects.keys()]
      .filter((key) => key.startsWith('journals/rl-one/'))
      .toSorted()
      .at(-1);
    const cut = new Map([...objects].filter(([key]) => key !== last));
    expect(wordsOf(await verify(cut))).toContain(
      'truncation: rl-one: it ends at entry 34, but its newest head, of 2026-11-02T03:01:40.000Z, covers entry 39',
    );
  });

  it('finds edits, forks and cuts without any key, because heads cover the lines as they are stored', async () => {
    const none = { ...allKeys, hasJournalKey: false, hasVerifyKey: false };
    for (const name of [
      'a flipped bit',
      'a removed line',
      'a cut end',
      'another history with the journal key',
    ])
      for (let number = 0; number < 20; number += 1) {
        const changed = mutations[name]?.(objects, seededRandom(number)) ?? objects;
        const report = await verifyArchive({
          store: memoryStore(new Map(changed)),
          keys: none,
          clock,
          redis: undefined,
        });
        const signatureOnly = [...changed].some(
          ([key, text]) => key.startsWith('heads/') && text !== objects.get(key),
        );
        if (!signatureOnly) expect(problemsOf(report), `${name} ${number}`).toBeGreaterThan(0);
      }
  });

  it('only warns of a clock that went back', async () => {
    const lines = journalLines('rl-back', 10, (seq) => (seq === 5 ? -60_000 : 0));
    const store = memoryStore();
    await archiveAll(store, new Map([['rl-back', lines]]), 10);
    const report = await verifyArchive({ store, keys: allKeys, clock, redis: undefined });
    expect(problemsOf(report)).toBe(0);
    expect(wordsOf(report)).toMatch(
      /^warning, clock: rl-back: the clock went back 1 times, at most \d+ ms, first before entry 5/,
    );
  });

  it(`verifies ${records} entries at a rate of 100,000 in 5 seconds of processor time`, async (context) => {
    const journals = new Map(
      Array.from(
        { length: records / 500 },
        (_, index) => [`rl-j${index}`, journalLines(`rl-j${index}`, 500)] as const,
      ),
    );
    const store = memoryStore();
    await archiveAll(store, journals, 10);
    const before = process.cpuUsage();
    const verified = await verifyArchive({ store, keys: allKeys, clock, redis: undefined });
    const { user, system } = process.cpuUsage(before);
    const seconds = (user + system) / 1_000_000;
    expect(verified).toMatchObject({ lines: records, findings: [] });
    expect(seconds).toBeLessThan((5 * records) / 100_000 + 1);
    report(
      context,
      below(`T21: verification of ${records} entries`, seconds, 5, 's of processor time', 'machine'),
    );
  });
});
