import { Settings } from '../../../src/config/settings.ts';
import { exampleSettings } from '../../support/core.ts';

/** Every dimension of who may do what. Slack is replaced at its client; everything above it is the real code. */
export const dimensions = {
  role: ['none', 'responder', 'lead', 'production-approver'],
  policyClass: ['read', 'reversible', 'spend', 'production'],
  tier: ['gold', 'silver', 'bronze'],
  kind: [
    'member',
    'of the same organization',
    'guest',
    'single-channel guest',
    'stranger',
    'bot',
    'deactivated',
    'foreign team',
  ],
  channel: ['incident', 'another', 'externally shared'],
  lookup: ['ok', 'user fails', 'group fails', 'fails after it worked'],
  relation: ['none', 'requester', 'starter', 'adjuster', 'approver'],
  /** What happens between the click and the change. */
  meanwhile: ['nothing', 'role removed', 'deactivated', 'channel shared'],
} as const;

export type Row = { readonly [K in keyof typeof dimensions]: (typeof dimensions)[K][number] };

export const person = 'U0PERSON';
export const second = 'U0SECOND';
export const helper = 'U0HELPER';
export const hash = 'abcdef0123456789';
export const step = 'resumed';
const tier = (role: string, approvals: number): unknown => ({
  jobs: ['*'],
  rto_minutes: 60,
  rpo_minutes: 30,
  change: { role, approvals },
});
export const settings = Settings.parse({
  ...exampleSettings(),
  tiers: { gold: tier('lead', 1), silver: tier('responder', 1), bronze: tier('responder', 2) },
  roles: {
    responders: { groups: ['S0RESPONDER'] },
    leads: { groups: ['S0LEAD'] },
    production_approvers: { users: [second, helper], groups: ['S0PRODUCTION'] },
  },
});
