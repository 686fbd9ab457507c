import { describe, expect, it } from 'vitest';
import type { FailureReport } from '../../../src/incidents/intake/failure-report.ts';
import { launchFailureEvents, launchFailureLeft } from '../../../src/incidents/intake/launch-failures.ts';
import type { Incident } from '../../../src/incidents/model/incident.ts';
import { after, continued, lead, ofStep, openedAt, proposal } from '../model/a-history.ts';

const copy = 'srl-rlvr-gold-1-r1-0123456789abcdef';
const older = 'srl-rlvr-gold-1-r0-fedcba9876543210';
const plan = { id: 'out-of-memory', steps: ['diagnosis', 'retried'] };
const planFor = () => plan;

const launching = after(
  {
    ...ofStep.proposed,
    proposal: { ...proposal, request: { TrainingJobName: copy } },
  },
  ofStep.approved,
  ofStep.begun,
);

function failureOf(job: string): FailureReport {
  const alarm = { source: 'sagemaker-event', name: 'Failed / Failed', reason: 'OOM', at: openedAt } as const;
  return { job, kind: 'oom_gpu', alarm, plan };
}

function afterFailureOf(job: string, incident: Incident): Incident {
  return continued(incident, ...launchFailureEvents(incident, failureOf(job)));
}

describe('the failure of a job while the change that launched it is under way', () => {
  const failed = afterFailureOf(copy, launching);

  it('is recorded, and its playbook waits for the end of the change', () => {
    expect(failed.alarms.at(-1)).toMatchObject({ job: copy, kind: 'oom_gpu' });
    expect(failed.playbook).toBe('resume');
    expect(launchFailureLeft(failed, planFor)).toBeUndefined();
  });

  it('starts its playbook about that job when the change has ended', () => {
    const event = launchFailureLeft(continued(failed, ofStep.done), planFor);

    expect(event).toEqual({
      type: 'playbook-started',
      playbook: 'out-of-memory',
      steps: ['diagnosis', 'retried'],
      job: copy,
      kind: 'oom_gpu',
      why: expect.stringContaining(`${copy} failed too`),
    });
  });

  it('starts its playbook once', () => {
    const done = continued(failed, ofStep.done);
    const event = launchFailureLeft(done, planFor);

    expect(event && launchFailureLeft(continued(done, event), planFor)).toBeUndefined();
  });

  it('starts nothing if people have canceled the launch', () => {
    const canceled = continued(failed, ofStep.cancelAsked, {
      ...ofStep.canceled,
      by: lead,
      sent: true,
      running: copy,
    });

    expect(launchFailureLeft(canceled, planFor)).toBeUndefined();
  });

  it('starts nothing if the change launched another job: that one may train', () => {
    const event = launchFailureLeft(continued(afterFailureOf(older, launching), ofStep.done), planFor);

    expect(event).toBeUndefined();
  });

  it('starts nothing in an incident that has recovered or is closed', () => {
    const done = continued(failed, ofStep.done);

    for (const end of [
      { type: 'recovered', how: 'by hand' },
      { type: 'closed', why: 'by hand' },
    ] as const)
      expect(launchFailureLeft(continued(done, end), planFor)).toBeUndefined();
  });
});
