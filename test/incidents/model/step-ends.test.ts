import { describe, expect, it } from 'vitest';
import type { IncidentEvent } from '../../../src/incidents/model/events.ts';
import { hash, into, ofStep, other, proposal, stepAfter, timeOf } from './a-history.ts';

const approvals = [{ by: 'U0LEAD', at: timeOf(3) }];
const byOther: IncidentEvent = { ...ofStep.approved, by: other };

describe('a step that has ended', () => {
  it('keeps the request when it is declined, and who declined it', () => {
    expect(stepAfter(ofStep.proposed, byOther, ofStep.declined)).toEqual({
      status: 'declined',
      attempt: 1,
      by: 'U0LEAD',
      reason: 'too dear',
      at: timeOf(4),
      hash,
      proposal,
      approvals: [{ by: 'U0OTHER', at: timeOf(3) }],
    });
  });

  it('keeps the request and what AWS has when it is canceled', () => {
    const canceled = { status: 'canceled', attempt: 1, by: 'U0LEAD', says: 'Nothing was sent.', sent: false };
    const more = { sent: true, running: 'job-2', result: { name: 'job-2' } };

    expect(stepAfter(...into.changing, ofStep.canceled)).toEqual({
      ...canceled,
      at: timeOf(5),
      hash,
      proposal,
      approvals,
    });
    expect(stepAfter(...into.changing, { ...ofStep.canceled, ...more })).toEqual({
      ...canceled,
      ...more,
      at: timeOf(5),
      hash,
      proposal,
      approvals,
    });
  });

  it('is done with the result of the canceled change if a person lets it stand', () => {
    const canceled: IncidentEvent = { ...ofStep.canceled, result: { name: 'job-2' } };

    expect(stepAfter(...into.changing, canceled, { ...ofStep.kept, by: other })).toEqual({
      status: 'done',
      attempt: 1,
      result: { name: 'job-2' },
      at: timeOf(6),
      by: 'U0OTHER',
      hash,
      proposal,
      approvals,
    });
  });

  it('is done with its result, and with its request if it was a change', () => {
    const done = { status: 'done', attempt: 1, result: { name: 'job-2' } };

    expect(stepAfter(ofStep.done)).toEqual({ ...done, at: timeOf(2) });
    expect(stepAfter(...into.changing, ofStep.done)).toEqual({
      ...done,
      at: timeOf(5),
      hash,
      proposal,
      approvals,
    });
    expect(stepAfter(ofStep.answered)).toEqual({
      status: 'done',
      attempt: 1,
      result: { done: 'yes' },
      at: timeOf(2),
      by: 'U0LEAD',
    });
  });

  it('keeps the error and the request when it fails', () => {
    const failed = { status: 'failed', attempt: 1, code: 'aws-refused', says: 'no', next: 'ask' };

    expect(stepAfter(ofStep.failed)).toEqual({ ...failed, at: timeOf(2) });
    expect(stepAfter({ ...ofStep.failed, backup: true })).toMatchObject({ backup: true });
    expect(stepAfter(ofStep.proposed, ofStep.failed)).toMatchObject({
      ...failed,
      hash,
      proposal,
      approvals: [],
    });
  });

  it('says who skipped it, and keeps its last attempt', () => {
    const { by: _by, ...automatic } = ofStep.skipped;

    expect(stepAfter(ofStep.skipped)).toEqual({
      status: 'skipped',
      reason: 'not needed',
      at: timeOf(2),
      last: 1,
      by: 'U0LEAD',
    });
    expect(stepAfter(automatic)).toEqual({ status: 'skipped', reason: 'not needed', at: timeOf(2), last: 1 });
  });
});
