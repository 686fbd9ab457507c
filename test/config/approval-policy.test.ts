import { describe, expect, it } from 'vitest';
import { approvalPolicy } from '../../src/config/approval-policy.ts';
import { Settings } from '../../src/config/settings.ts';
import { exampleSettings } from '../support/core.ts';

describe('the approval policy of a change', () => {
  it('is the stricter of what the tier asks for and what the action asks for', () => {
    expect(approvalPolicy(settingsFor('lead', 1), 'gold', 'responder')).toEqual({ role: 'lead', needs: 1 });
    expect(approvalPolicy(settingsFor('responder', 3), 'gold', 'lead')).toEqual({ role: 'lead', needs: 3 });
    expect(approvalPolicy(settingsFor('lead', 1), 'gold', 'production-approver')).toEqual({
      role: 'production-approver',
      needs: 1,
    });
  });

  it('is two production approvers for a tier that is no longer in relight.yaml', () => {
    expect(approvalPolicy(settingsFor('responder', 1), 'platinum', 'responder')).toEqual({
      role: 'production-approver',
      needs: 2,
    });
  });
});

function settingsFor(role: string, approvals: number): Settings {
  const gold = { jobs: ['*'], rto_minutes: 60, rpo_minutes: 30, change: { role, approvals } };
  return Settings.parse({ ...exampleSettings(), tiers: { gold } });
}
