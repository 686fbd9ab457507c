import { isMonth } from '../../incidents/figures/month.ts';
import type { ListenerServices } from '../clicks/answer.ts';
import { firstWithin } from '../clicks/deadline.ts';
import { reportForm, reportRef } from '../clicks/report-form.ts';
import { reportFormId } from '../ids.ts';
import { formView } from '../views/form.ts';
import { reportMessage } from '../views/report.ts';
import { type Command, type CommandCall, formIsOpen, type Reply } from './command.ts';
import { inCode } from './typed-words.ts';

/** Below the time that Slack waits for the reply, with room to open the form. */
const readMs = 1_800;

export const report: Command = {
  name: 'report',
  takes: '[MONTH]',
  does: 'shows the figures of a month such as 2026-11: recovery times, RTO, success, GPU-hours and money',
  run: async (services, call) => {
    const [, month] = call.words;
    if (month === undefined) return chooseMonth(services, call);
    if (!isMonth(month))
      return { text: `${inCode(month)} is not a month. Give one such as \`/relight report 2026-11\`.` };
    const figures = await firstWithin(readMs, services.figures.report(month));
    return figures === undefined ? stillReading : reportMessage(figures, services.catalog);
  },
};

/** The reading goes on, so the next try finds its result. */
const stillReading: Reply = {
  text: 'Relight is still reading the journals. Send it again in a few seconds.',
};

async function chooseMonth(
  { figures, client }: ListenerServices,
  { trigger, requester: { channel } }: CommandCall,
): Promise<Reply> {
  const all = await firstWithin(readMs, figures.report());
  if (all === undefined) return stillReading;
  if (all.total.incidents === 0) return { text: 'There are no incidents yet.' };
  const form = reportForm(all.months.map(({ month }) => month));
  const view = formView(reportRef, form, { id: reportFormId, thread: undefined, channel });
  await client.views.open({ trigger_id: trigger, view });
  return formIsOpen;
}
