import * as ids from '../../src/bot/ids.ts';
import { drillable } from '../../src/drills/scenarios.ts';
import { playbook } from '../../src/playbooks/catalog/spot-interruption.ts';
import type { Form } from '../../test/support/slack-requests.ts';
import { oldCopy } from './buttons.ts';
import { type IncidentAt, type Listener, lead } from './listener.ts';
import type { OpenIncident } from './open-incidents.ts';

const resume = `${playbook.title} (spot-interruption)`;
const channel = 'C0INCIDENT';

export function typed(value: string): unknown {
  return { type: 'plain_text_input', value };
}

function chosen(value: string): unknown {
  return { type: 'static_select', selected_option: { value } };
}

/**
 * Filled in completely, so that Relight decides about each, and mostly about a request that is gone: what one person may
 * send 50 times a second must end that way. Forms about one incident have a number that it has not reached.
 */
const forms: Readonly<Record<string, (open: OpenIncident) => Omit<Form, 'id'>>> = {
  [ids.formId]: ({ value }) => ({
    ref: oldCopy(value),
    values: { capacity: chosen('on demand'), instance: chosen('as the failed job') },
  }),
  [ids.choosePlaybookFormId]: ({ id }) => ({
    ref: `${id}.choose.9.`,
    values: { playbook: chosen(resume) },
  }),
  [ids.outcomeFormId]: ({ id }) => ({
    ref: `${id}.outcome.9.`,
    values: { outcome: chosen('No further action is needed'), why: typed('it trains') },
  }),
  [ids.silenceFormId]: ({ id, job }) => ({
    ref: `${id}.snooze.9.`,
    values: { scope: chosen(job), time: chosen('1 h'), why: typed('a storm') },
  }),
  [ids.checkpointFolderFormId]: ({ value }) => ({
    ref: oldCopy(value),
    values: { folder: typed('s3://bucket/prefix/') },
  }),
  [ids.declineFormId]: ({ value }) => ({ ref: oldCopy(value), values: { reason: typed('not this one') } }),
  [ids.skipFormId]: ({ value }) => ({ ref: oldCopy(value), values: { reason: typed('not needed') } }),
  [ids.goBackFormId]: ({ value }) => ({
    ref: oldCopy(value),
    values: { step: chosen('Diagnosis (diagnosis)') },
  }),
  // Not a person who may respond, which is looked up.
  [ids.handOverFormId]: ({ id }) => ({
    ref: `${id}.hand-over.1.`,
    values: { to: { type: 'users_select', selected_user: 'U0GUEST' } },
  }),
  // The job is looked up in AWS.
  [ids.closeFormId]: ({ id }) => ({
    ref: `${id}.close.1.`,
    values: { outcome: chosen('Recovered by hand'), job: typed('srl-none'), why: typed('restarted') },
  }),
  [ids.reopenFormId]: ({ id }) => ({ ref: `${id}.reopen.1.`, values: { why: typed('it failed again') } }),
  [ids.chooseIncidentFormId]: ({ id, job }) => ({
    ref: 'none.audit.1.',
    memo: { channel },
    values: { incident: chosen(`${id}: ${job}`) },
  }),
  [ids.startFormId]: ({ job }) => ({
    ref: 'none.start.1.',
    memo: { channel },
    values: { playbook: chosen(resume), job: typed(job) },
  }),
  [ids.reportFormId]: () => ({ ref: 'all.report.1.', values: { month: chosen('All months') } }),
  [ids.chooseJobFormId]: ({ job }) => ({
    ref: 'none.checkpoints.1.',
    memo: { channel },
    values: { open: chosen(job) },
  }),
  // The next pages of the audit trail and of a request.
  [ids.trailId]: ({ id }) => ({ ref: '', memo: { incident: id, page: 1, channel }, values: {} }),
  [ids.requestId]: ({ value }) => ({ ref: value, memo: { page: 1 }, values: {} }),
  // These have an effect once, and then Relight answers that there is one already.
  [ids.drillFormId]: () => ({
    ref: 'all.drill.1.',
    values: { playbook: chosen(drillable[0] ?? ''), fault: chosen('None') },
  }),
  [ids.haltFormId]: () => ({ ref: 'all.halt.1.', values: { why: typed('a bad AMI') } }),
};

export function formListeners(at: IncidentAt): readonly Listener[] {
  return Object.entries(forms).map(([id, form]) => ({
    name: id,
    answers: [{ on: 'view', id }],
    send: async (to, n) => to.submit(lead, { id, ...form(at(n)) }),
  }));
}
