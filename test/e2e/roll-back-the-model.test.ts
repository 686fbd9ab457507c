import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { awsLedger } from '../support/aws-ledger.ts';
import { submitForm } from '../support/forms.ts';
import {
  click,
  lead,
  slackLedger,
  waitForButton,
  waitForRecovery,
  waitForText,
} from '../support/responder.ts';
import { createWorld, postJson, type World } from '../support/world.ts';

const endpoint = 'srl-rlvr-gold-prod';

/** The endpoint's own alarm opens the incident; the region's ledger says what was changed. */
describe('the live model of the gold tier gets worse', () => {
  let world: World;

  beforeEach(async () => {
    world = await createWorld();
    await world.start('all');
  });
  afterEach(async () => world.close());

  async function worsen(): Promise<void> {
    await postJson(`${world.region.url}/_sandbox/fail`, { endpoint, kind: 'model-degraded' });
  }

  async function changes(): Promise<{ operation: string; request: Record<string, unknown> }[]> {
    const { calls } = await awsLedger(world);
    return calls.filter(({ service }) => service === 'sagemaker');
  }

  it('goes back to the last good version, marks the bad one, and retrains with checked changes to the end, with a verdict', async () => {
    await worsen();

    const promote = await waitForButton(world, 'step-promoted', 'Promote this version');
    await waitForText(world, 'step-fallback', 'Fall back to srl-rlvr-gold v3');
    expect(await changes()).toEqual([]);
    await click(world, lead, promote);

    await waitForRecovery(world, 'Restored');
    await click(world, lead, await waitForButton(world, 'step-marked', 'Mark it rejected'));
    const decide = await waitForButton(world, 'step-decision', 'Decide');
    await submitForm(world, lead, decide, { retrain: 'retrain now', fixes: 'banana' });
    expect((await changes()).length).toBe(2);
    await submitForm(world, lead, decide, {
      retrain: 'retrain now',
      fixes: 'learning_rate=1e-06\nmax_steps=20',
    });
    await click(world, lead, await waitForButton(world, 'step-retrained', 'Retrain'));
    await waitForText(world, 'step-retraining', 'completed');
    await waitForText(world, 'step-compared', 'ModelPerformance (what alarmed)');
    await waitForText(world, 'step-compared', 'The retrained model is worse than srl-rlvr-gold v4');
    await waitForButton(world, 'step-document', 'Document');

    const [update, mark, retraining, ...more] = await changes();
    expect(more).toEqual([]);
    expect(retraining).toMatchObject({
      operation: 'CreateTrainingJob',
      request: { HyperParameters: { learning_rate: '1e-06', max_steps: '20', bf16: 'true' } },
    });
    // The configuration that served version 3 is still there: nothing is created for it.
    expect(update).toMatchObject({
      operation: 'UpdateEndpoint',
      request: { EndpointName: endpoint, EndpointConfigName: `${endpoint}-v3` },
    });
    expect(JSON.stringify(update?.request)).not.toContain('reward');
    expect(mark).toMatchObject({
      operation: 'UpdateModelPackage',
      request: { ModelApprovalStatus: 'Rejected', ApprovalDescription: expect.stringContaining('rl-') },
    });
    expect((await slackLedger(world)).violations).toEqual([]);
  });

  it('is not taken for restored when SageMaker rolls the update back, although the endpoint is InService', async () => {
    await postJson(`${world.region.url}/_sandbox/endpoint`, { endpoint, next: 'rolls-back' });
    await worsen();

    await click(world, lead, await waitForButton(world, 'step-promoted', 'Promote this version'));

    await waitForText(world, 'step-restored', 'rolled the promotion back');
    expect((await changes()).map(({ operation }) => operation)).toEqual(['UpdateEndpoint']);
  });
});
