import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { awsLedger } from '../support/aws-ledger.ts';
import { submitForm } from '../support/forms.ts';
import {
  click,
  lead,
  otherLead,
  slackLedger,
  waitForButton,
  waitForRecovery,
  waitForText,
} from '../support/responder.ts';
import { createWorld, postJson, type World } from '../support/world.ts';

const endpoint = 'srl-rlvr-gold-prod';

/** The endpoint's alarm opens the incident. The region's ledger shows the changes. */
describe('a degraded live model of the gold tier', () => {
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

  it('is rolled back to the last good version, marked as rejected, and retrained with checked changes until the comparison is reported', async () => {
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
    await click(world, otherLead, await waitForButton(world, 'step-retrained', 'Retrain'));
    await waitForText(world, 'step-retraining', 'completed');
    await waitForText(world, 'step-compared', 'ModelPerformance (in alarm)');
    await waitForText(world, 'step-compared', 'The retrained model is worse than srl-rlvr-gold v4');
    await waitForButton(world, 'step-document', 'Document');

    const [update, mark, retraining, ...more] = await changes();
    expect(more).toEqual([]);
    expect(retraining).toMatchObject({
      operation: 'CreateTrainingJob',
      request: { HyperParameters: { learning_rate: '1e-06', max_steps: '20', bf16: 'true' } },
    });
    // The configuration that served version 3 still exists, so no new one is created.
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

  it('does not count as restored if SageMaker rolls the update back, even though the endpoint is InService', async () => {
    await postJson(`${world.region.url}/_sandbox/endpoint`, { endpoint, next: 'rolls-back' });
    await worsen();

    await click(world, lead, await waitForButton(world, 'step-promoted', 'Promote this version'));

    await waitForText(world, 'step-restored', 'rolled the promotion back');
    expect((await changes()).map(({ operation }) => operation)).toEqual(['UpdateEndpoint']);
  });
});
