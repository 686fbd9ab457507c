import { describe, expect, it } from 'vitest';
import type { EventOf, IncidentEvent } from '../../../src/incidents/model/events.ts';
import {
  currentStep,
  type Incident,
  proposalWords,
  runOf,
  runsOf,
  stateOf,
} from '../../../src/incidents/model/incident.ts';
import { anOpening } from '../../support/a-journal.ts';
import { after, continued, lead, ofStep, opened, proposal, started, timeOf } from './a-history.ts';

const recovered: IncidentEvent = { type: 'recovered', how: 'it trains' };
const outcome: IncidentEvent = { type: 'outcome-told', says: 'restored by hand', by: lead };
const reopened: EventOf<'reopened'> = { type: 'reopened', job: 'job-2', why: 'failed again', at: 5 };
const foundDone: IncidentEvent = { type: 'step-done', step: 'found', attempt: 1, result: { good: 1 } };

describe('the playbook runs of an incident', () => {
  const second: EventOf<'playbook-started'> = {
    type: 'playbook-started',
    playbook: 'restart',
    steps: ['found', 'moved'],
  };
  const switched = (...before: readonly IncidentEvent[]): Incident => after(...before, second);

  it('have keys of their own, and the second one skips what the first has not finished', () => {
    const incident = switched(foundDone, ofStep.progress);
    const over = { status: 'skipped', reason: 'another playbook took over', at: timeOf(4) };

    expect(incident).toMatchObject({ playbook: 'restart', pinned: ['found-2', 'moved-2'] });
    expect(incident.earlier).toEqual([
      { playbook: 'resume', pinned: ['found', 'resumed', 'document'], chosen: false },
    ]);
    expect(incident.states).toEqual({ found: expect.objectContaining({ status: 'done' }), resumed: over });
    expect(switched(foundDone).states).toMatchObject({ resumed: { ...over, at: timeOf(3) } });
    expect(switched(foundDone, ofStep.proposed).states['resumed']).toMatchObject({ status: 'skipped' });
    expect(switched(foundDone, ofStep.failed).states['resumed']).toMatchObject({ status: 'failed' });
    expect(switched(foundDone).states).not.toHaveProperty('document');
  });

  it('are all listed with their numbers, oldest first', () => {
    expect(runsOf(opened())).toEqual([]);
    expect(runsOf(switched())).toEqual([
      { number: 1, playbook: 'resume', pinned: ['found', 'resumed', 'document'], chosen: false },
      { number: 2, playbook: 'restart', pinned: ['found-2', 'moved-2'], chosen: false },
    ]);
  });

  it('keep whether a person chose them', () => {
    const chosen = continued(switched(), { ...second, chosen: true }, { ...second, playbook: 'third' });

    expect(runsOf(chosen).map((run) => run.chosen)).toEqual([false, false, true, false]);
    expect(runOf(after({ ...second, chosen: true })).results).toMatchObject({ incident: { chosen: true } });
  });

  it('are about the job, the kind and the time of failure that they were started for', () => {
    expect(after()).toMatchObject({
      subject: anOpening().job,
      kind: 'spot_interruption',
      failedAt: 1_000_000,
    });
    expect(after({ ...second, job: 'job-2', kind: 'oom_gpu', failedAt: 7 })).toMatchObject({
      job: anOpening().job,
      subject: 'job-2',
      kind: 'oom_gpu',
      failedAt: 7,
    });
  });

  it('count a launched job that failed before it trained as one more attempt, once', () => {
    const next: IncidentEvent = { ...second, job: 'job-2' };

    expect(after(next)).toMatchObject({ attempts: [{ job: 'job-2', at: timeOf(2) }], reopenedIn: 1 });
    expect(after(next, { ...next, playbook: 'third' }).attempts).toHaveLength(1);
    expect(after({ ...second, job: anOpening().job }).attempts).toEqual([]);
    expect(after(second)).not.toHaveProperty('reopenedIn');
    expect(after(recovered, reopened, next).attempts).toHaveLength(1);
    expect(after(recovered, reopened, second).attempts).toHaveLength(1);
    expect(after(recovered, reopened, { ...second, job: 'job-3' }).attempts).toHaveLength(2);
  });

  it('allow one more attempt if a person starts them', () => {
    expect(after({ ...second, job: 'job-2', by: lead }).attemptsAllowed).toBe(1);
    expect(after({ ...second, job: 'job-2' }).attemptsAllowed).toBeUndefined();
  });
});

describe('what a playbook run sees of its incident', () => {
  it('is the steps that are done, under their names in the playbook', () => {
    const second: IncidentEvent = { ...started, steps: ['found', 'moved'] };
    const done: IncidentEvent = { ...foundDone, step: 'found-2' };

    expect(runOf(after(foundDone, ofStep.progress))).toMatchObject({
      number: 1,
      pinned: ['found', 'resumed', 'document'],
      results: { found: { good: 1 } },
      end: 'open',
    });
    expect(Object.keys(runOf(after(foundDone, ofStep.failed)).results)).toEqual(['found', 'incident']);
    expect(runOf(after(foundDone, second)).results).not.toHaveProperty('found');
    expect(runOf(after(foundDone, second, done))).toMatchObject({
      number: 2,
      results: { found: { good: 1 } },
    });
  });

  it('is how the incident ended', () => {
    const endOf = (...events: readonly IncidentEvent[]): string => runOf(after(...events)).end;

    expect(endOf()).toBe('open');
    expect(endOf(recovered)).toBe('recovered');
    expect(endOf({ type: 'recovered', how: 'by hand', elsewhere: true })).toBe('elsewhere');
    expect(endOf(outcome)).toBe('elsewhere');
  });

  it('is the facts of the incident, and the alarms about its first job', () => {
    const alarm = (name: string, job?: string): IncidentEvent => ({
      type: 'alarm-joined',
      alarm: { ...anOpening().alarm, name, ...(job !== undefined && { job }) },
    });
    const { results } = runOf(after(alarm('second'), alarm('third', 'job-2')));

    expect(results).toEqual({
      incident: {
        id: 'rl-test1234',
        job: anOpening().job,
        tier: 'gold',
        failedAt: 1_000_000,
        rtoMinutes: 60,
        rpoMinutes: 30,
        chosen: false,
        alarms: [anOpening().alarm.name, 'second'],
      },
    });
  });

  it('is the jobs of an incident about many jobs', () => {
    const job: IncidentEvent = { type: 'job-joined', job: 'job-9', tier: 'gold', kind: 'oom_gpu', at: 9 };

    expect(runOf(after(job)).results).toMatchObject({ incident: { board: ['job-9'] } });
  });
});

describe('the steps of an incident', () => {
  it('wait for their first attempt without any event', () => {
    expect(stateOf(after(), 'resumed')).toEqual({ status: 'waiting', attempt: 1 });
    expect(stateOf(after(foundDone), 'found')).toMatchObject({ status: 'done' });
  });

  it('come one after the other: the current one is the first that is neither done nor skipped', () => {
    expect(currentStep(after())).toBe('found');
    expect(currentStep(after(foundDone))).toBe('resumed');
    expect(currentStep(after(foundDone, ofStep.failed))).toBe('resumed');
    expect(currentStep(after(foundDone, ofStep.skipped))).toBe('document');
    expect(currentStep(opened())).toBeUndefined();
  });

  it('have the words of their own proposal', () => {
    const words = { button: 'Stop job-2' };
    const proposed = after({ ...ofStep.proposed, proposal: { ...proposal, words } });

    expect(proposalWords(stateOf(proposed, 'resumed'))).toEqual(words);
    expect(proposalWords(stateOf(after(ofStep.proposed), 'resumed'))).toBeUndefined();
    expect(proposalWords(stateOf(after(), 'resumed'))).toBeUndefined();
    expect(proposalWords(stateOf(after(ofStep.done), 'resumed'))).toBeUndefined();
  });
});
