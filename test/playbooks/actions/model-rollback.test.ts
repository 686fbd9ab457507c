import { beforeEach, describe, expect, it } from 'vitest';
import { asVersion } from '../../../src/models/version.ts';
import { confirmPromotion } from '../../../src/playbooks/actions/confirm-promotion.ts';
import { findFallbackModel } from '../../../src/playbooks/actions/find-fallback-model.ts';
import { markVersionRejected } from '../../../src/playbooks/actions/mark-version-rejected.ts';
import { promoteModelVersion } from '../../../src/playbooks/actions/promote-model-version.ts';
import { retrain } from '../../../src/playbooks/actions/retrain.ts';
import { Again } from '../../../src/ports/step-output.ts';
import { tokenFor } from '../../support/a-token.ts';
import { aVersion, group } from '../../support/fake-models.ts';
import { type FakePorts, failedJob, fakePorts, firstTry } from '../../support/fake-ports.ts';

const endpoint = 'gold-prod';
const input = { endpoint, fallback: asVersion(aVersion(3)) };
let ports: FakePorts;

beforeEach(() => {
  ports = fakePorts();
});

describe('the promotion of the previous version', () => {
  it('is guarded by the alarms in OK, and not by the one in ALARM', async () => {
    ports.models.alarms = [
      { name: 'reward', state: 'ALARM' },
      { name: 'latency', state: 'OK' },
      { name: 'errors', state: 'INSUFFICIENT_DATA' },
    ];

    const { request, warnings } = await promoteModelVersion.preview(input, ports, firstTry);

    expect(request['guards']).toEqual(['latency']);
    expect(warnings.join()).toContain('roll it back immediately: reward, errors');
  });

  it('warns if no alarm can guard it', async () => {
    const { warnings } = await promoteModelVersion.preview(input, ports, firstTry);

    expect(warnings[0]).toContain('No alarm can roll the update back');
  });

  it('is not proposed for a version that was rejected after it was chosen', async () => {
    ports.models.known = [aVersion(4), aVersion(3, { approval: 'Rejected' }), aVersion(2)];

    await expect(promoteModelVersion.preview(input, ports, firstTry)).rejects.toMatchObject({
      code: 'basis-changed',
      detail: `${group} v3 is now Rejected (Completed) in the registry`,
    });
  });

  it.each([
    [
      'it was rejected',
      () => void (ports.models.known = [aVersion(3, { approval: 'Rejected' })]),
      'is Rejected',
    ],
    [
      'its artifact was overwritten',
      () => void ports.models.artifacts.set(aVersion(3).artefact ?? '', 'other bytes'),
      'the artifact of srl-rlvr-gold v3 changed in S3',
    ],
    [
      'its tag points to another image',
      () => void (ports.models.imageDigest = 'sha256:4567'),
      'the container image of srl-rlvr-gold v3 changed',
    ],
  ])('sends nothing if after the approval %s', async (_, happens, says) => {
    const proposal = await promoteModelVersion.preview(input, ports, firstTry);
    happens();

    await expect(
      promoteModelVersion.run(proposal, input, ports, tokenFor(firstTry, proposal.request)),
    ).rejects.toMatchObject({
      code: 'basis-changed',
      detail: expect.stringContaining(says) as unknown,
    });

    expect(ports.models.updates).toEqual([]);
  });

  it('keeps the endpoint’s instances, and is refused above the current caps when it is sent', async () => {
    const { config } = ports.models.endpoint;
    const proposal = await promoteModelVersion.preview(input, ports, firstTry);
    ports.models.instances.set(`${endpoint}-c-${firstTry.id}`, [{ type: 'ml.p5.48xlarge', count: 1 }]);

    const send = () => promoteModelVersion.run(proposal, input, ports, tokenFor(firstTry, proposal.request));
    await expect(send()).rejects.toMatchObject({
      code: 'cap-exceeded',
      detail: 'ml.p5.48xlarge is not among caps.instance_types',
    });
    expect(ports.models.updates).toEqual([]);
    ports.models.instances.set(config, [{ type: 'ml.p5.48xlarge', count: 1 }]);
    expect(await send()).toMatchObject({ adopted: false });
  });

  it('is sent once, and refused if the endpoint serves something else by then', async () => {
    const proposal = await promoteModelVersion.preview(input, ports, firstTry);
    const run = async (): Promise<unknown> =>
      promoteModelVersion.run(proposal, input, ports, tokenFor(firstTry, proposal.request));

    expect([await run(), await run()]).toMatchObject([{ adopted: false }, { adopted: true }]);
    expect(ports.models.updates).toHaveLength(1);
    ports.models.endpoint = { ...ports.models.endpoint, config: 'deployed-by-somebody', status: 'InService' };
    delete (ports.models.endpoint as { pendingConfig?: string }).pendingConfig;
    await expect(run()).rejects.toMatchObject({ code: 'endpoint-moved' });
  });
});

describe('confirming a promotion', () => {
  const wanted = { endpoint, config: 'wanted', previous: 'gold-prod-v4', version: 'v3' };
  const look = async (changes: object): Promise<unknown> => {
    ports.models.endpoint = { ...ports.models.endpoint, ...changes };
    return confirmPromotion.run(wanted, ports);
  };

  it('requires the new configuration in service', async () => {
    expect(await look({ status: 'Updating', pendingConfig: 'wanted' })).toBeInstanceOf(Again);
    expect(await look({ status: 'InService', pendingConfig: 'wanted' })).toBeInstanceOf(Again);
    expect(await look({ status: 'InService', config: 'wanted', pendingConfig: undefined })).toMatchObject({
      config: 'wanted',
    });
  });

  it('fails if the old one is in service, and asks a person if the endpoint is broken', async () => {
    await expect(look({ status: 'InService' })).rejects.toMatchObject({ code: 'promotion-rolled-back' });
    await expect(look({ status: 'UpdateRollbackFailed' })).rejects.toMatchObject({ code: 'endpoint-broken' });
  });
});

describe('the model registry', () => {
  it('gives the reason for each version and the next step if there is no good one', async () => {
    ports.models.known = [aVersion(4), aVersion(3, { approval: 'Rejected' })];

    await expect(findFallbackModel.run({ group, version: 4 }, ports)).rejects.toMatchObject({
      code: 'no-fallback',
      detail: 'srl-rlvr-gold v3 was rejected',
    });
  });

  it('records the incident that found the bad version, and warns that pipelines may start', async () => {
    const bad = { bad: asVersion(aVersion(4)), incident: 'rl-abcdefgh' };
    const proposal = await markVersionRejected.preview(bad, ports, firstTry);

    await markVersionRejected.run(proposal, bad, ports, tokenFor(firstTry, proposal.request));

    expect(proposal.warnings[0]).toContain('EventBridge');
    expect(ports.models.rejected).toEqual([
      { arn: aVersion(4).arn, note: expect.stringContaining('rl-abcdefgh') },
    ]);
  });
});

describe('the retraining form', () => {
  const retraining = { job: failedJob, rpoMinutes: 30, hyperParameters: {} };

  it.each([
    ['learning_rate 1e-6', 'line 1, “learning_rate 1e-6”, is not name=value'],
    ['a=1\na=2', 'a is listed twice'],
    ['=5', 'is not name=value'],
  ])('rejects %j and names the wrong line', (fixes, wrong) => {
    expect(retrain.adjust?.apply(retraining, { fixes })).toEqual({
      field: 'fixes',
      wrong: expect.stringContaining(wrong),
    });
  });

  it('accepts one name=value per line, and values that contain an equals sign', () => {
    expect(retrain.adjust?.apply(retraining, { fixes: ' learning_rate = 1e-6 \n\nargs=--a=b' })).toEqual({
      input: { ...retraining, hyperParameters: { learning_rate: '1e-6', args: '--a=b' } },
    });
  });
});
