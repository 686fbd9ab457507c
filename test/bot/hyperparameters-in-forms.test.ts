import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionIds } from '../../src/bot/ids.ts';
import type { Entry, IncidentEvent } from '../../src/incidents/model/events.ts';
import { knownParameters } from '../../src/models/known-parameters.ts';
import { loadCatalog, shippedCatalog } from '../../src/playbooks/catalog.ts';
import { anOpening } from '../support/a-journal.ts';
import { until } from '../support/until.ts';
import { postJson } from '../support/world.ts';
import { startBot, type TestBot } from './a-bot.ts';
import { eventsOf, happened, hash, ledger, press } from './a-person.ts';

const catalog = await loadCatalog([shippedCatalog]);
const id = anOpening().incident;
const chosen = (value: string): unknown => ({ type: 'static_select', selected_option: { value } });
const confirmed = chosen('send them anyway');
const retrainNow = chosen('retrain now');

/** 99 hyperparameters: two more exceed the limit of SageMaker. */
const ofTheJob = Object.fromEntries(Array.from({ length: 99 }, (_, n) => [`known_${n}`, '1']));

const refused = [
  ...['program', 'submit_directory', 'region', 'container_log_level', 'job_name', 'anything_new'].map(
    (name) => [`a line with sagemaker_${name}`, `learning_rate=1\nsagemaker_${name}=x`, 'controls SageMaker'],
  ),
  ['a line with SAGEMAKER_PROGRAM in capitals', 'SAGEMAKER_PROGRAM=x.py', 'controls SageMaker'],
  ['a line with --sagemaker-program as an option', '--sagemaker-program=x.py', 'controls SageMaker'],
  ['101 lines', Array.from({ length: 101 }, (_, n) => `n${n}=1`).join('\n'), '101 hyperparameters'],
  ['2 new names beside 99 of the job', 'new_1=1\nnew_2=1', '101 hyperparameters, including those of the job'],
  ['a name of 257 characters', `${'n'.repeat(257)}=1`, '257 characters; SageMaker allows 256'],
  ['a value of 2,501 characters', `n=${'v '.repeat(1250)}v`, '2501 characters; SageMaker allows 2500'],
] as const;

describe('a submitted form with hyperparameters', () => {
  let bot: TestBot;

  beforeEach(async () => {
    bot = await startBot({ catalog });
  });
  afterEach(async () => bot.close());

  /** The rollback is done, and the thread shows the form button of this step. */
  async function rolledBack(to: 'decision' | 'retrained'): Promise<void> {
    const playbook = 'model-degradation';
    const steps = catalog.get(playbook)?.steps.map(({ key }) => key) ?? [];
    await bot.store.open([
      anOpening({ kind: 'model_degraded', alarm: { ...anOpening().alarm, at: Date.now() } }),
      { type: 'playbook-started', playbook, steps },
    ]);
    const results: Readonly<Record<string, unknown>> = {
      fallback: { served: { job: 'bad-job' } },
      changes: { parameters: knownParameters(ofTheJob) },
      ...(to === 'retrained' && { decision: { retrain: 'retrain now', fixes: 'known_0=2' } }),
    };
    const before = steps
      .slice(0, steps.indexOf(to))
      .map(
        (step): IncidentEvent =>
          step in results
            ? { type: 'step-done', step, attempt: 1, result: results[step] }
            : { type: 'step-skipped', step, reason: 'not needed' },
      );
    await happened(bot, id, [
      { type: 'recovered', how: 'it serves the version before' },
      ...before,
      ...(to === 'retrained' ? [proposed(to)] : []),
    ]);
  }

  async function openForm(step: string): Promise<void> {
    const short = step === 'decision' ? '' : hash.slice(0, 8);
    await press(bot, 'U0LEAD', { action: actionIds.form, value: `${id}.${step}.1.${short}` });
    await until(async () => (await ledger(bot)).views.length > 0, 'the form to open');
  }

  const submit = async (values: Readonly<Record<string, unknown>>): Promise<unknown> =>
    postJson(`${bot.slack.url}/_sandbox/submit-view`, {
      user: 'U0LEAD',
      values: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { [key]: value }])),
    });
  const typed = (value: string): unknown => ({ type: 'plain_text_input', value });

  it.each(['decision', 'retrained'] as const)(
    'of the step "%s" refuses names that control SageMaker and values over its limits, and records nothing',
    async (step) => {
      await rolledBack(step);
      await openForm(step);

      for (const [what, fixes, why] of refused) {
        const answer = await submit({ retrain: retrainNow, fixes: typed(fixes), unusual: confirmed });
        expect(answer, what).toMatchObject({ errors: { fixes: expect.stringContaining(why) } });
      }

      expect(await eventsOf(bot, id, step === 'decision' ? 'step-answered' : 'step-adjusted')).toEqual([]);
      const atTheLimit = `${'n'.repeat(256)}=${'v '.repeat(1249)}vv`;
      expect(await submit({ retrain: retrainNow, fixes: typed(atTheLimit), unusual: confirmed })).toEqual({
        ok: true,
      });
    },
  );

  it('for a smaller batch accepts one whole number and no other hyperparameter', async () => {
    const [opened, ...events] = await recordedUntilProposed();
    if (opened?.type !== 'opened') throw new Error('the recording starts with no opening');
    await bot.store.open([{ ...opened, incident: id }]);
    await happened(bot, id, events);
    await openForm('retried');

    const rest = { allocator: chosen('leave it as it is'), instance: chosen('ml.g5.2xlarge') };
    for (const batch of ['sagemaker_program=x.py', '4\nsagemaker_program=x.py', '4, sagemaker_region=x', ''])
      expect(await submit({ ...rest, batch: typed(batch) }), batch).toEqual({
        ok: false,
        errors: { batch: expect.stringMatching(/is not a whole number|Enter at least one word/) },
      });

    expect(await eventsOf(bot, id, 'step-adjusted')).toEqual([]);
  });

  it('belongs to a known button: add each new form for a change here, and above if it accepts typed text', () => {
    const forms = catalog.list.flatMap(({ id: playbook, playbook: { steps } }) =>
      steps.flatMap((step) =>
        step.kind === 'action' && step.action.effect === 'change' && step.action.adjust !== undefined
          ? [`${playbook} ${step.key}: ${step.action.name}`]
          : [],
      ),
    );

    expect(forms.toSorted()).toEqual([
      'bad-checkpoint resumed: resume-training',
      'dependency-pin pinned: retry-with-pin',
      'disk-full enlarged: retry-with-larger-volume',
      'disk-full moved: retry-on-larger-instance',
      'invalid-data fixed: fix-training-data',
      'invalid-data retried: retry-with-fixed-data',
      'model-degradation retrained: retrain',
      'out-of-memory expanded: retry-with-expandable-segments',
      'out-of-memory moved: retry-on-larger-instance',
      'out-of-memory retried: retry-with-smaller-batch',
      'restore-instance-count resumed: resume-with-instance-count',
      'spot-interruption elsewhere: resume-elsewhere',
      'spot-interruption resumed: resume-training',
      'training-hang moved: resume-on-other-hardware',
      'training-hang resumed: resume-after-hang',
    ]);
  });
});

function proposed(step: string): IncidentEvent {
  const proposal = { headline: 'Retrain', request: {}, differences: [], warnings: [] };
  return { type: 'step-proposed', step, attempt: 1, proposal, hash, role: 'lead', needs: 1 };
}

async function recordedUntilProposed(): Promise<readonly IncidentEvent[]> {
  const text = await readFile('test/incidents/recorded/out-of-memory-recovered.json', 'utf8');
  const events = (JSON.parse(text) as readonly Entry[]).map(({ event }) => event);
  const at = events.findIndex(({ type }) => type === 'step-proposed');
  return events
    .slice(0, at + 1)
    .map((event) => (event.type === 'step-proposed' ? { ...event, hash } : event))
    .map(withStepsOfToday);
}

/** The playbook may have new steps since the recording; a new incident has them. */
function withStepsOfToday(event: IncidentEvent): IncidentEvent {
  if (event.type !== 'playbook-started') return event;
  const steps = catalog.get(event.playbook)?.steps.map(({ key }) => key) ?? event.steps;
  return { ...event, steps };
}
