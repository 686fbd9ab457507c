import { describe, expect, it } from 'vitest';
import { approvalPolicy } from '../../src/config/approval-policy.ts';
import { Settings } from '../../src/config/settings.ts';
import type { Role } from '../../src/playbooks/define.ts';
import { exampleSettings } from '../support/core.ts';

describe('the approval policy of a change', () => {
  it('is the stricter of what the tier asks for and what the action asks for', () => {
    expect(approvalPolicy(settingsFor('lead', 1), 'gold', spend('responder'))).toMatchObject({
      role: 'lead',
      needs: 1,
    });
    expect(approvalPolicy(settingsFor('responder', 3), 'gold', spend('lead'))).toMatchObject({
      role: 'lead',
      needs: 3,
    });
  });

  it('is always a production approver for an endpoint or the model registry', () => {
    const production = { policyClass: 'production', role: 'responder' } as const;

    expect(approvalPolicy(settingsFor('responder', 2), 'gold', production)).toMatchObject({
      role: 'production-approver',
      needs: 2,
    });
  });

  it('asks only for the action’s own role if the change can be undone, so that it works in the middle of a failure', () => {
    const reversible = { policyClass: 'reversible', role: 'responder' } as const;

    expect(approvalPolicy(settingsFor('lead', 3), 'gold', reversible)).toEqual({
      role: 'responder',
      needs: 1,
      others: false,
    });
  });

  it.each([
    { tier: 'gold', policyClass: 'spend', set: undefined, others: true },
    { tier: 'silver', policyClass: 'spend', set: undefined, others: false },
    { tier: 'silver', policyClass: 'production', set: undefined, others: true },
    { tier: 'gold', policyClass: 'spend', set: false, others: false },
    { tier: 'silver', policyClass: 'spend', set: true, others: true },
  ] as const)(
    'leaves out the people whose own request it is by default in gold and in production: %o',
    (row) => {
      const action = { policyClass: row.policyClass, role: 'responder' } as const;

      expect(approvalPolicy(settingsFor('lead', 1, row.set), row.tier, action).others).toBe(row.others);
    },
  );

  it('is two production approvers for a tier that is no longer in relight.yaml', () => {
    expect(approvalPolicy(settingsFor('responder', 1), 'platinum', spend('responder'))).toEqual({
      role: 'production-approver',
      needs: 2,
      others: true,
    });
  });

  it('is as many production approvers as the strictest tier that is left for a tier that is no longer there', () => {
    expect(approvalPolicy(settingsFor('responder', 4), 'platinum', spend('responder')).needs).toBe(4);
  });
});

function spend(role: Role): { readonly policyClass: 'spend'; readonly role: Role } {
  return { policyClass: 'spend', role };
}

function settingsFor(role: string, approvals: number, others?: boolean): Settings {
  const change = { role, approvals, ...(others !== undefined && { others }) };
  const tier = { jobs: ['*'], rto_minutes: 60, rpo_minutes: 30, change };
  return Settings.parse({ ...exampleSettings(), tiers: { gold: tier, silver: tier } });
}
