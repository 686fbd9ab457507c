import { describe, expect, it } from 'vitest';
import { approvalPolicy, holdersOf, peopleWith } from '../../src/config/approval-policy.ts';
import { Role } from '../../src/playbooks/define.ts';
import { people } from '../bot/access/a-policy.ts';

const { roles } = people();
const nobody = { users: [], groups: [] };

describe('the people with a role', () => {
  it('are also those with a role after it', () => {
    expect(Role.options.map((role) => holdersOf(roles, role))).toEqual([
      { users: new Set(['U0RESP', 'U0LEAD', 'U0PROD']), groups: ['S0RESPOND', 'S0LEADS'] },
      { users: new Set(['U0LEAD', 'U0PROD']), groups: ['S0LEADS'] },
      { users: new Set(['U0PROD']), groups: [] },
    ]);
  });

  it('are called by their own list, or by the next one if that is empty', () => {
    expect(peopleWith(roles, 'responder')).toEqual({ users: ['U0RESP'], groups: ['S0RESPOND'] });
    expect(peopleWith({ ...roles, responders: nobody }, 'responder')).toEqual({
      users: ['U0LEAD'],
      groups: ['S0LEADS'],
    });
    expect(peopleWith({ ...roles, leads: { users: [], groups: ['S0LEADS'] } }, 'lead')).toEqual({
      users: [],
      groups: ['S0LEADS'],
    });
    expect(peopleWith({ ...roles, production_approvers: nobody }, 'production-approver')).toEqual(nobody);
  });
});

describe('the policy of a request', () => {
  it('asks for nothing but the role where a person only looks', () => {
    expect(approvalPolicy(people(), 'gold', { policyClass: 'read', role: 'responder' })).toEqual({
      role: 'responder',
      needs: 1,
      others: false,
    });
  });

  it('is the role of the tier if both are the same', () => {
    expect(approvalPolicy(people(), 'silver', { policyClass: 'spend', role: 'lead' })).toEqual({
      role: 'lead',
      needs: 1,
      others: false,
    });
    expect(
      approvalPolicy(people(), 'silver', { policyClass: 'spend', role: 'production-approver' }).role,
    ).toBe('production-approver');
  });
});
