import { Settings } from '../../../src/config/settings.ts';
import { exampleSettings } from '../../support/core.ts';

/** relight.example.yaml with one person and at most one user group for each role, and a tier without a condition. */
export function people(changes: Partial<Settings> = {}): Settings {
  const tier = (role: 'responder' | 'lead', approvals: number) => ({
    jobs: ['*'],
    rto_minutes: 60,
    rpo_minutes: 30,
    change: { role, approvals },
  });
  return Settings.parse({
    ...exampleSettings(),
    tiers: { gold: tier('lead', 2), silver: tier('lead', 1) },
    roles: {
      responders: { users: ['U0RESP'], groups: ['S0RESPOND'] },
      leads: { users: ['U0LEAD'], groups: ['S0LEADS'] },
      production_approvers: { users: ['U0PROD'], groups: [] },
      halt: { users: ['U0OPS'], groups: ['S0OPS'] },
    },
    break_glass: { users: ['U0GLASS'] },
    ...changes,
  });
}
