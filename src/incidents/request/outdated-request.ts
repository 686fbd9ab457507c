import { counted } from '../../in-words.ts';
import type { Catalog } from '../../playbooks/catalog.ts';
import { policyOfAction } from '../../playbooks/define/action.ts';
import { Role } from '../../playbooks/define.ts';
import type { StepState } from '../../playbooks/runner.ts';
import type { ChangeClass } from '../../ports/form-fields.ts';
import type { EventOf } from '../model/events.ts';
import { currentStep, type Incident, isOpen, runOf, stateOf } from '../model/incident.ts';
import { stepNow } from '../stopping-steps.ts';

/** Who must approve a change, as relight.yaml says it now. */
export interface PolicyNow {
  readonly role: Role;
  readonly needs: number;
  readonly others: boolean;
}

/** relight.yaml, as this process has read it. */
export interface RulesNow {
  readonly policyOf: (
    tier: string,
    action: { readonly policyClass: ChangeClass; readonly role: Role },
  ) => PolicyNow;
  readonly hasTier: (tier: string) => boolean;
  /** When this process read it, in ms since the epoch. */
  readonly readAt: number;
}

/** A request that must be built again because relight.yaml now asks for other approvals; undefined if it may stay. */
export type OutdatedRequest = (incident: Incident) => EventOf<'step-renewed'> | undefined;

type Proposed = Extract<StepState, { status: 'proposed' }>;

/**
 * What a request of the incident needs now. For a tier that is gone, it is never fewer approvals than an earlier request
 * of the incident asked for.
 */
export function policyNow(
  { policyOf, hasTier }: Pick<RulesNow, 'policyOf' | 'hasTier'>,
  { tier, mostNeeded = 1 }: Pick<Incident, 'tier' | 'mostNeeded'>,
  action: Parameters<RulesNow['policyOf']>[1],
): PolicyNow {
  const policy = policyOf(tier, action);
  const isReversible = action.policyClass === 'reversible';
  return hasTier(tier) || isReversible ? policy : { ...policy, needs: Math.max(policy.needs, mostNeeded) };
}

/**
 * Approvals bind to the hash of a request, so none is carried over to the one that replaces it: its job has another name.
 * A request that asks for less than relight.yaml does is replaced by any process. One that asks for more is only replaced
 * by a process that has read relight.yaml since, so that two processes with different files cannot do it in turns.
 */
export function outdatedRequests(catalog: Pick<Catalog, 'get'>, rules: RulesNow): OutdatedRequest {
  return (incident) => {
    const step = isOpen(incident) ? currentStep(incident) : undefined;
    const state = step === undefined ? undefined : stateOf(incident, step);
    // The person who broke the glass answers for the change alone.
    if (step === undefined || state?.status !== 'proposed' || state.glass !== undefined) return undefined;
    const why = whyOutdated(catalog, rules, incident, { ...state, step });
    return why === undefined
      ? undefined
      : { type: 'step-renewed', step, attempt: state.attempt + 1, why, steps: [] };
  };
}

function whyOutdated(
  catalog: Pick<Catalog, 'get'>,
  rules: RulesNow,
  incident: Incident,
  asked: Proposed & { readonly step: string },
): string | undefined {
  const declared = declaredPolicy(catalog, incident, asked.step);
  if (declared === undefined) return undefined;
  const now = policyNow(rules, incident, declared);
  const isNewer = asked.since < rules.readAt;
  if (!asksMore(now, asked) && !(isNewer && asksLess(now, asked))) return undefined;
  return rules.hasTier(incident.tier)
    ? `relight.yaml now asks for ${policyInWords(now)}`
    : `the tier ${incident.tier} is no longer in relight.yaml, so this now needs ${policyInWords(now)}`;
}

function declaredPolicy(
  catalog: Pick<Catalog, 'get'>,
  incident: Incident,
  key: string,
): ReturnType<typeof policyOfAction> | undefined {
  const steps = catalog.get(incident.playbook ?? '')?.stepsIn(runOf(incident));
  const found = steps?.find((one) => one.key === key);
  const step = found && stepNow(incident, found);
  return step?.kind === 'action' && step.action.effect === 'change' ? policyOfAction(step.action) : undefined;
}

function asksMore(now: PolicyNow, asked: Proposed): boolean {
  return (
    now.needs > asked.needs || rank(now.role) > rank(asked.role) || (now.others && othersOf(asked) === false)
  );
}

function asksLess(now: PolicyNow, asked: Proposed): boolean {
  return (
    now.needs < asked.needs || rank(now.role) < rank(asked.role) || (!now.others && othersOf(asked) === true)
  );
}

/** Undefined in older journals, which do not say. */
function othersOf({ others, policyClass }: Proposed): boolean | undefined {
  return policyClass === undefined ? undefined : others === true;
}

function rank(role: Role): number {
  return Role.options.indexOf(role);
}

const people = {
  responder: ['a responder', 'responders'],
  lead: ['a lead', 'leads'],
  'production-approver': ['a production approver', 'production approvers'],
} as const satisfies Record<Role, readonly [string, string]>;

/** E.g. `2 approvals by leads`, or `1 approval by a lead other than those who asked for it`. */
function policyInWords({ role, needs, others }: PolicyNow): string {
  const [one, many] = people[role];
  return `${counted(needs, 'approval')} by ${needs === 1 ? one : many}${others ? ' other than those who asked for it' : ''}`;
}
