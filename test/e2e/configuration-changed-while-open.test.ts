import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { firstBreak } from '../../src/audit/chain.ts';
import { failJob, launches } from '../support/aws-ledger.ts';
import { fillInForm } from '../support/forms.ts';
import { journalsOf } from '../support/journals.ts';
import {
  click,
  ephemeralsTo,
  lead,
  messageOf,
  otherLead,
  slackLedger,
  visibleText,
  waitForButton,
  waitForRecovery,
  waitForText,
} from '../support/responder.ts';
import { until } from '../support/until.ts';
import { createWorld, goldJob, type World } from '../support/world.ts';

const resumed = 'step-resumed';
const gold = 'change: { role: lead, approvals: 1 }';

/** The process ends, relight.yaml or the playbooks change, and another process starts. */
describe('Relight started with another configuration while an incident is open', () => {
  let world: World;

  afterEach(async () => world.close());

  async function startAgain(changed: (yaml: string) => string, environment = {}): Promise<void> {
    await Promise.all(world.processes.map((relight) => relight.kill()));
    const path = world.environment()['RELIGHT_CONFIG'] ?? '';
    await writeFile(path, changed(await readFile(path, 'utf8')));
    await world.start('all', { environment });
  }

  async function told(user: string, words: string): Promise<string> {
    return until(
      async () => (await ephemeralsTo(world, user)).find((text) => text.includes(words)),
      `"${words}" told to ${user}`,
    );
  }

  async function expectOneRecovery(): Promise<void> {
    await waitForRecovery(world);
    expect(await launches(world)).toHaveLength(1);
    const journals = await journalsOf(world);
    expect(journals).toHaveLength(1);
    for (const journal of journals) expect(firstBreak(journal)).toBeUndefined();
    expect((await slackLedger(world)).violations).toEqual([]);
  }

  it('makes the request again if it now needs two leads, says why, and its old button says that it is old', async () => {
    world = await createWorld();
    await world.start('all');
    await failJob(world, goldJob, 'spot-interruption');
    const old = await waitForButton(world, resumed, 'Resume training');

    await startAgain((yaml) => yaml.replace(gold, 'change: { role: lead, approvals: 2 }'));

    await waitForText(world, resumed, 'relight.yaml now asks for 2 approvals by leads');
    await click(world, lead, old);
    await told(lead, 'old copy');
    const asked = await waitForButton(world, resumed, 'Resume training');
    expect(asked.value).not.toBe(old.value);
    await click(world, lead, asked);
    await waitForText(world, resumed, 'from one more person');
    expect(await launches(world)).toEqual([]);
    await click(world, otherLead, asked);
    await expectOneRecovery();
  });

  it('asks for one approval again once relight.yaml no longer asks for two, although one was given', async () => {
    world = await createWorld({
      configure: (yaml) => yaml.replace(gold, 'change: { role: lead, approvals: 2 }'),
    });
    await world.start('all');
    await failJob(world, goldJob, 'spot-interruption');
    await click(world, lead, await waitForButton(world, resumed, 'Resume training'));
    await waitForText(world, resumed, 'from one more person');

    await startAgain((yaml) => yaml.replace('change: { role: lead, approvals: 2 }', gold));

    await waitForText(world, resumed, 'relight.yaml now asks for 1 approval by a lead');
    expect(await launches(world)).toEqual([]);
    await click(world, lead, await waitForButton(world, resumed, 'Resume training'));
    await expectOneRecovery();
  });

  it('says once that the tier is gone, and then needs two production approvers, never fewer than before', async () => {
    world = await createWorld();
    await world.start('all');
    await failJob(world, goldJob, 'spot-interruption');
    await waitForButton(world, resumed, 'Resume training');

    await startAgain((yaml) => yaml.replace('  gold:\n', '  platinum:\n'));

    await waitForText(world, 'tier-removed-gold', 'This incident keeps its RTO of 60 min');
    await waitForText(
      world,
      resumed,
      'the tier gold is no longer in relight.yaml, so this now needs 2 approvals',
    );
    await startAgain((yaml) => yaml);
    const asked = await waitForButton(world, resumed, 'Resume training');
    await click(world, lead, asked);
    await waitForText(world, resumed, 'from one more person');
    await click(world, otherLead, asked);
    await expectOneRecovery();
    const keys = (await slackLedger(world)).messages.map(({ metadata }) => metadata?.event_payload.key);
    expect(keys.filter((key) => key === 'tier-removed-gold')).toHaveLength(1);
  });

  it('says that the playbook is gone, offers another one, and continues where it was when it comes back', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'relight-own-'));
    try {
      await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
      await writeFile(join(folder, 'block-and-look.js'), ownPlaybook);
      world = await createWorld();
      const own = { RELIGHT_PLAYBOOKS: folder };
      await world.start('all', { environment: own });
      await failJob(world, goldJob, 'spot-interruption');
      const old = await waitForButton(world, 'step-looked', 'Say what you saw');

      await startAgain((yaml) => yaml);
      await waitForText(world, 'playbook-lost-1', 'The playbook block-and-look was removed from Relight');
      await waitForText(world, 'card', 'a deployment removed the playbook');
      await waitForButton(world, 'card', 'Choose a playbook');
      await click(world, lead, old);
      await told(lead, 'its playbook is not in this version of Relight');

      await startAgain((yaml) => yaml, own);
      await until(
        async () => !visibleText(await messageOf(world, 'card')).includes('removed the playbook'),
        'the card to show the playbook again',
      );
      await fillInForm(world, lead, await waitForButton(world, 'step-looked', 'Say what you saw'), {
        seen: 'all is well',
      });
      await waitForText(world, 'card', 'all is well');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

const ownPlaybook = `
import { definePlaybook } from 'relight/define';
export const playbook = definePlaybook({
  title: 'Look yourself', summary: 'Asks a person.', handles: ['spot_interruption'],
  steps: (first) => first.manual('looked', {
    title: 'Look yourself', asks: 'Look at the job.', button: 'Say what you saw', approver: 'responder',
    fields: [{ key: 'seen', label: 'What you saw', kind: 'text' }],
  }),
  recovered: () => undefined,
  ended: ({ looked }) => looked && looked.seen,
});`;
