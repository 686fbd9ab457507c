import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createModels } from '../../src/aws/models/models.ts';
import { createTraining } from '../../src/aws/training/training.ts';
import { rejection } from '../../src/models/model-calls.ts';
import { markVersionRejected } from '../../src/playbooks/actions/mark-version-rejected.ts';
import { promoteModelVersion } from '../../src/playbooks/actions/promote-model-version.ts';
import { resumeElsewhere } from '../../src/playbooks/actions/resume-elsewhere.ts';
import { resumeTraining } from '../../src/playbooks/actions/resume-training.ts';
import type { AwsCall } from '../../src/ports/calls.ts';
import type { Models, PromotionDraft } from '../../src/ports/models.ts';
import type { AttemptKey, JsonObject, LaunchRequest, Token, TrainingChanges } from '../../src/ports/ports.ts';
import { issueToken } from '../../src/ports/token.ts';
import { permission } from '../support/a-token.ts';
import { type RegionUnderTest, silent, startRegionUnderTest } from './a-region.ts';

const job = 'srl-rlvr-gold-20251104';
const endpoint = 'srl-rlvr-gold-prod';
const attemptKey: AttemptKey = {
  incident: 'rl-1',
  step: 'resumed',
  attempt: 1,
  id: '0123456789abcdef',
  earlier: [],
};
const tokenOf = (request: JsonObject): Token =>
  issueToken(attemptKey, {
    hash: 'f'.repeat(64),
    approvers: ['U0LEAD', 'U0LEAD2'],
    request,
    ...permission(),
  });

/** Compares the input of every call in the request view with the calls that the stand-in region committed. */
describe('AWS receives exactly the request that people approved, including tags', () => {
  let region: RegionUnderTest;
  let training: TrainingChanges;

  beforeAll(async () => {
    region = await startRegionUnderTest();
    training = createTraining(region.clients.sagemaker, silent);
  });
  afterAll(async () => region.close());

  async function sent(operation: string): Promise<JsonObject> {
    const calls = await region.committed(operation);
    return JSON.parse(JSON.stringify(calls.at(-1)?.request)) as JsonObject;
  }

  async function expectSent(shown: readonly AwsCall[] = []): Promise<void> {
    expect(shown.length).toBeGreaterThan(0);
    for (const { operation, input } of shown) expect(await sent(operation), operation).toEqual(input);
  }

  const draft = async (name: string): Promise<LaunchRequest> => {
    const { request } = await training.draftClone(job, { name, tags: { 'relight:recovers': job } });
    return request;
  };

  it('when a job is launched', async () => {
    const request = await draft('srl-rlvr-gold-r1-0123456789abcdef');
    const token = tokenOf(request);

    await training.launch(request, token);

    await expectSent(resumeTraining.sends?.({ request }, token));
  });

  it('when a job is stopped and launched elsewhere', async () => {
    const running = 'srl-rlvr-gold-r1-0123456789abcdef';
    const { request } = await training.draftClone(running, {
      name: 'srl-rlvr-gold-r2-0123456789abcdef',
      tags: { 'relight:recovers': running },
      spot: false,
    });
    const token = tokenOf(request);

    await training.stop(running, token);
    await training.launch(request, token);

    const shown = resumeElsewhere.sends?.({ request }, token) ?? [];
    expect(shown.map(({ operation }) => operation)).toEqual(['StopTrainingJob', 'CreateTrainingJob']);
    await expectSent(shown);
  });

  it('when a version is rejected and when a promotion creates a model and a configuration', async () => {
    const models = createModels(region.clients);
    const { bad, made } = await aPromotion(models);

    const request = rejection(bad, 'degraded', 'Approved');
    const [promotion, marking] = [tokenOf(made.request), tokenOf(request)];

    await models.promote(made.request, promotion);
    await models.reject(request, marking);

    await expectSent(promoteModelVersion.sends?.(made, promotion));
    await expectSent(markVersionRejected.sends?.({ request }, marking));
  });
});

/** The served version, and the promotion of another one, preferably one that nothing serves yet. */
async function aPromotion(models: Models): Promise<{ readonly bad: string; readonly made: PromotionDraft }> {
  const { variants } = await models.served(endpoint);
  const bad = variants[0]?.packageArn ?? '';
  const versions = await models.versions(/model-package\/([^/]+)\//.exec(bad)?.[1] ?? '', 10);
  const others = versions.filter(({ arn }) => arn !== bad);
  const drafts = await Promise.all(
    others.map(({ arn }) => models.draftPromotion(endpoint, arn, attemptKey.id, [])),
  );
  const made = drafts.find(({ reused }) => !reused) ?? drafts[0];
  if (made === undefined) throw new Error('the seed has no other version');
  return { bad, made };
}
