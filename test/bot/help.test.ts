import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/bot/commands/help.ts';
import { loadCatalog, shippedCatalog } from '../../src/playbooks/catalog.ts';
import { anOpening } from '../support/a-journal.ts';
import { aJob } from '../support/fake-training.ts';
import { spellings } from '../support/spellings.ts';
import { startBot, type TestBot } from './a-bot.ts';
import { answerTo, happened, hash } from './a-person.ts';

const all = commands.flatMap(({ name, takes }) =>
  spellings(takes).map((words) => [name, words].join(' ').trim()),
);

/** The reply to words that the command does not take. */
const misunderstood =
  /There is no (?!such follow-up)|Did you mean|Missing|Add (the|an)|is not a |Nothing has changed|Name the drill|cannot be drilled|Not recorded|has no step/;

/** A person who knows nothing but `/relight help`. */
describe('a command as the help writes it', () => {
  let bot: TestBot;
  let number = 0;

  beforeAll(async () => {
    const jobs = all.map((_, index) => aJob({ name: jobNamed(index + 1) }));
    bot = await startBot({ catalog: await loadCatalog([shippedCatalog]), jobs, breakGlass: ['U0LEAD'] });
  });
  afterAll(async () => bot.close());

  const jobNamed = (of: number): string => `srl-rlvr-gold-${String(of)}`;

  /** Waits for the approval of its launch. */
  async function openAnother(): Promise<{ readonly incident: string; readonly job: string }> {
    number += 1;
    const [incident, job] = [`rl-help${String(number).padStart(4, '0')}`, jobNamed(number)];
    const opening = { ...anOpening({ alarm: { ...anOpening().alarm, at: Date.now() } }), incident, job };
    const steps = bot.catalog.get('spot-interruption')?.steps.map(({ key }) => key) ?? [];
    const proposal = {
      headline: 'Launch',
      request: { TrainingJobName: 'copy' },
      differences: [],
      warnings: [],
    };
    await bot.store.open([opening, { type: 'playbook-started', playbook: 'spot-interruption', steps }]);
    await happened(bot, incident, [
      ...steps.slice(0, 3).map((step) => ({ type: 'step-skipped' as const, step, reason: 'test' })),
      { type: 'step-proposed', step: 'resumed', attempt: 1, proposal, hash, role: 'lead', needs: 1 },
    ]);
    return { incident, job };
  }

  it.each(all)('does something: /relight %s', async (words) => {
    const { incident, job } = await openAnother();
    const values: Readonly<Record<string, string>> = {
      INCIDENT: incident,
      JOB: job,
      STEP: 'resumed',
      REQUEST: hash.slice(0, 8),
      REASON: 'both of the leads are away',
      MONTH: '2026-11',
      PLAYBOOK: 'spot-interruption',
      FAULT: 'no-capacity',
      TIER: 'gold',
      'FOLLOW-UP': `${incident}-1`,
      's3://…': 's3://bucket/checkpoints/',
    };

    if (words.includes('DRILL')) await answerTo(bot, 'U0LEAD', 'drill disk-full');
    const open = await bot.store.ids('open');
    const drill = open.find((id) => id.startsWith('drill-')) ?? '';

    const typed = words.split(' ').map((word) => (word === 'DRILL' ? drill : (values[word] ?? word)));
    expect(typed.filter((word) => /^[A-Z-]+$/.test(word))).toEqual([]);
    const reply = await answerTo(bot, 'U0LEAD', typed.join(' '));

    expect(reply).not.toBe('');
    expect(reply).not.toMatch(words === 'help' ? /There is no/ : misunderstood);
    await happened(bot, incident, [{ type: 'closed', why: 'the test is over' }]);
  });
});
