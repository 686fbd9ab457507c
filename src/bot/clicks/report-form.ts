import type { Answers } from '../../playbooks/define.ts';
import type { StepRef } from '../ids.ts';
import type { FormContent } from '../views/form.ts';

/** A form needs a place, and the figures belong to no incident. */
export const reportRef: StepRef = { incident: 'all', step: 'report', attempt: 1, hash: '' };

const allMonths = 'All months';
/** A list in Slack has room for 100. */
const maxMonths = 99;

interface ReportForm extends FormContent {
  /** Undefined: all months. */
  readonly month: (answers: Answers) => string | undefined;
}

/** Asks for the month of a report; `months` are those with incidents, newest first. */
export function reportForm(months: readonly string[]): ReportForm {
  const choices = [...months.slice(0, maxMonths), allMonths];
  const [initial = allMonths] = choices;
  return {
    title: 'Figures',
    asks: 'Recovery times, RTO, success by playbook and step, GPU-hours and money.',
    fields: [{ key: 'month', label: 'Month', kind: 'choice', choices, initial }],
    problems: ({ month = '' }) => (choices.includes(month) ? {} : { month: 'Choose one.' }),
    month: ({ month }) => (month === allMonths ? undefined : month),
  };
}
