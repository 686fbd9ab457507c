import type { App } from '@slack/bolt';
import type { ListenerServices } from '../clicks/answer.ts';
import { reportForm } from '../clicks/report-form.ts';
import { reportFormId } from '../ids.ts';
import { outgoing } from '../slack/web-client.ts';
import { readAnswers, Submitted } from '../views/form.ts';
import { reportView } from '../views/report.ts';

/** The form of `/relight report` without a month. It turns into the report. */
export function listenForReports(app: App, { figures, catalog }: ListenerServices): void {
  app.view(reportFormId, async ({ ack, body }) => {
    const { view } = Submitted.parse(body);
    const form = reportForm((await figures.report()).months.map(({ month }) => month));
    const { answers, errors } = readAnswers(form, view.state.values);
    if (Object.keys(errors).length > 0) return ack({ response_action: 'errors', errors: outgoing(errors) });
    const report = await figures.report(form.month(answers));
    return ack({ response_action: 'update', view: outgoing(reportView(report, catalog)) });
  });
}
