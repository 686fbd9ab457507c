import { beforeEach, describe, expect, it } from 'vitest';
import { compareRetrainedModel } from '../../../src/playbooks/actions/compare-retrained-model.ts';
import { compareTrainingJobs } from '../../../src/playbooks/actions/compare-training-jobs.ts';
import { retrain } from '../../../src/playbooks/actions/retrain.ts';
import { watchRetraining } from '../../../src/playbooks/actions/watch-retraining.ts';
import { playbook } from '../../../src/playbooks/catalog/model-degradation.ts';
import { Again } from '../../../src/ports/step-output.ts';
import { ended, minute } from '../../support/a-training-run.ts';
import { aJob, type FakePorts, fakePorts, firstTry } from '../../support/fake-ports.ts';

const bad = 'gold-20251028';
const hyperParameters = {
  learning_rate: '5e-06',
  max_steps: '2000',
  bf16: 'true',
  layers: '[1,2]',
  model_id: '"Qwen"',
  api_key: 'hunter2-hunter2',
};
let ports: FakePorts;

beforeEach(() => {
  ports = fakePorts();
  ports.training.put(aJob({ name: bad, status: 'Completed', secondaryStatus: 'Completed', hyperParameters }));
  ports.training.put(aJob({ name: 'gold-20251014', status: 'Completed', secondaryStatus: 'Completed' }));
});

describe('the decision to retrain', () => {
  async function problem(answers: Record<string, string>): Promise<unknown> {
    const changes = await compareTrainingJobs.run({ served: bad, fallback: 'gold-20251014' }, ports);
    expect(JSON.stringify(changes)).not.toContain('hunter2');
    const incident = { id: '', job: '', tier: '', failedAt: 0, rtoMinutes: 0, rpoMinutes: 0, chosen: false };
    const step = playbook.steps.find(({ key }) => key === 'decision');
    if (step?.kind !== 'manual') throw new Error('the decision is not made by a person');
    return step.check?.({ incident, fallback: { served: { job: bad } }, changes }, answers);
  }

  it.each([
    ['banana', 'is not name=value'],
    ['', 'Nothing changes: enter at least one hyperparameter'],
    ['learning_rate=5e-06', 'Nothing changes: the job already has this value'],
    ['learning_rate=banana', 'cannot replace the value of learning_rate, which is a number'],
    ['max_steps=2.5', 'max_steps is a whole number in the job'],
    ['bf16=maybe', 'cannot replace the value of bf16, which is true or false'],
    ['layers=3', 'cannot replace the value of layers, which is a JSON list'],
    ['max_steps=', 'max_steps has no value'],
    ['learnin_rate=1e-6', 'no hyperparameter “learnin_rate”. Did you mean “learning_rate”?'],
    ['api_key=other-secret', 'contains a secret'],
    ['constructor=1', 'no hyperparameter “constructor”'],
  ])('is rejected in the open form if %j is entered', async (fixes, wrong) => {
    expect(await problem({ retrain: 'retrain now', fixes, unusual: 'refuse them' })).toEqual({
      field: 'fixes',
      wrong: expect.stringContaining(wrong),
    });
  });

  it.each(['learning_rate=1e-6', 'learning_rate=1', 'model_id="Other"', 'bf16=False\nmax_steps=100'])(
    'is accepted if %j is entered',
    async (fixes) => {
      expect(await problem({ retrain: 'retrain now', fixes, unusual: 'refuse them' })).toBeUndefined();
    },
  );

  it('accepts an unknown name once a person confirms it, but never text for a number', async () => {
    const unusual = 'send them anyway';
    expect(await problem({ retrain: 'retrain now', fixes: 'warmup=0.1', unusual })).toBeUndefined();
    expect(await problem({ retrain: 'retrain now', fixes: 'max_steps=banana', unusual })).toBeDefined();
  });

  it('does not drop values that were entered with “not now”', async () => {
    expect(await problem({ retrain: 'not now', fixes: 'max_steps=100' })).toMatchObject({ field: 'retrain' });
    expect(await problem({ retrain: 'not now', fixes: '' })).toBeUndefined();
  });

  it('proposes nothing without a change, even if an older form allowed it', async () => {
    for (const unchanged of [{}, { model_id: '"Qwen"' }])
      await expect(
        retrain.preview({ job: bad, rpoMinutes: 30, hyperParameters: unchanged }, ports, firstTry),
      ).rejects.toMatchObject({
        code: 'adjustment-refused',
        detail: expect.stringContaining('Nothing changes'),
      });
  });
});

describe('the retraining', () => {
  const job = `${bad}-r1-0123456789abcdef`;

  it('is proposed as a retraining with its changes, not as a recovery', async () => {
    const input = { job: bad, rpoMinutes: 30, hyperParameters: { max_steps: '100' } };
    const { headline, warnings } = await retrain.preview(input, ports, firstTry);

    expect(headline).toMatch(/^Retrain with 1 changed hyperparameter: Launch/);
    expect(warnings.join()).not.toContain('fix');
    const launched = { job, arn: '', adopted: false, step: 0, staged: null };
    expect(retrain.report(launched).headline).toBe(`The retraining ${job} was launched`);
  });

  it('is proposed again after an earlier one completed, and refused only while one is running', async () => {
    const input = { job: bad, rpoMinutes: 30, hyperParameters: { max_steps: '100' } };
    const secondTry = { ...firstTry, attempt: 2, id: 'fedcba9876543210' };
    const earlier = { name: job, createdAt: ended + minute };
    ports.training.put(aJob({ ...earlier, status: 'Completed', secondaryStatus: 'Completed' }));
    await expect(retrain.preview(input, ports, secondTry)).resolves.toBeDefined();

    ports.training.put(aJob({ ...earlier, status: 'InProgress', secondaryStatus: 'Training' }));
    await expect(retrain.preview(input, ports, secondTry)).rejects.toMatchObject({
      code: 'job-still-running',
      detail: `${job} already replaces ${bad}`,
    });
  });

  it('is watched until SageMaker reports that it has ended', async () => {
    const createdAt = ended;
    ports.training.put(aJob({ name: job, status: 'InProgress', secondaryStatus: 'Training', createdAt }));
    ports.time.now = ended + 30 * minute;
    expect(await watchRetraining.run({ job }, ports)).toEqual(
      new Again(30_000, `${job} has been retraining for 30 min`),
    );
  });

  it.each([
    ['Completed', `The retraining ${job} completed after 3 h`],
    ['Failed', `The retraining ${job} failed after 3 h`],
    ['Stopped', `The retraining ${job} was stopped after 3 h`],
  ])('reports its end in the thread: %s', async (status, headline) => {
    const endedAt = ended + 180 * minute;
    ports.training.put(aJob({ name: job, status, secondaryStatus: status, createdAt: ended, endedAt }));
    const result = watchRetraining.output.parse(await watchRetraining.run({ job }, ports));

    expect(watchRetraining.report(result).headline).toBe(headline);
    const step = playbook.steps.find(({ key }) => key === 'compared');
    const incident = { id: '', job: '', tier: '', failedAt: 0, rtoMinutes: 0, rpoMinutes: 0, chosen: false };
    const when = step?.when?.({ incident, retraining: result });
    expect(when).toEqual(
      status === 'Completed' || {
        skip: `the retraining is ${status}, so there is no new model to compare`,
      },
    );
  });

  const compare = async (
    before: Record<string, number> | undefined,
    after: Record<string, number>,
    alarmed = ['ModelPerformance'],
  ): Promise<{ headline: string; facts: string[] }> => {
    const done = { status: 'Completed', secondaryStatus: 'Completed' };
    ports.training.put(aJob({ name: job, ...done, finalMetrics: after }));
    if (before === undefined) ports.training.jobs.delete(bad);
    else ports.training.put(aJob({ name: bad, ...done, finalMetrics: before }));
    const result = await compareRetrainedModel.run(
      { job, group: 'gold', served: 'gold v4', servedJob: bad, evaluation: {}, alarmed },
      ports,
    );
    const report = compareRetrainedModel.report(compareRetrainedModel.output.parse(result));
    return {
      headline: report.headline,
      facts: (report.facts ?? []).map(({ label, value }) => `${label}: ${value}`),
    };
  };

  it('is compared with the bad version, with a result and the metric in alarm', async () => {
    const one = { 'train:loss': 0.3, 'train:reward': 0.6 };
    expect(await compare(one, { 'train:loss': 0.2, 'train:reward': 0.7 })).toEqual({
      headline: 'The retrained model is better than gold v4 (train:loss, train:reward)',
      facts: [
        'ModelPerformance (in alarm): not comparable: it is measured at the endpoint, which has not served the retrained model',
        'train:loss: 0.3 → 0.2, better',
        'train:reward: 0.6 → 0.7, better',
      ],
    });
    expect((await compare(one, { 'train:loss': 0.4, 'train:reward': 0.6 })).headline).toContain(
      'is worse than',
    );
    expect((await compare(one, one)).headline).toContain('is the same as gold v4');
    expect((await compare(one, { 'train:loss': 0.2, 'train:reward': 0.5 })).headline).toContain(
      'cannot be compared: better in train:loss, but worse in train:reward',
    );
    expect((await compare(undefined, {})).headline).toContain(
      'cannot be compared: no figure is known for both',
    );
  });

  it('is judged by the metric in alarm if the training measures it too', async () => {
    const [before, after] = [
      { 'train:loss': 0.3, 'train:reward': 0.6 },
      { 'train:loss': 0.2, 'train:reward': 0.5 },
    ];
    const { headline, facts } = await compare(before, after, ['Reward']);

    expect(headline).toBe('The retrained model is worse than gold v4 (train:reward)');
    expect(facts[0]).toBe('train:reward (in alarm): 0.6 → 0.5, worse');
  });
});
