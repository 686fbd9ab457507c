import { type GradedWithCost, gradedInWords } from '../../checkpoints/grading/grade-each.ts';
import { asOpsError } from '../../errors.ts';
import { isJobName } from '../../training-job/job-name.ts';
import { refusedTo } from '../access/refused-command.ts';
import type { ListenerServices } from '../clicks/answer.ts';
import { chooseJobForm, chooseJobRef } from '../clicks/choose-job-form.ts';
import { chooseJobFormId } from '../ids.ts';
import { tell } from '../slack/tell.ts';
import { formView } from '../views/form.ts';
import { cutEscaped, escape, line } from '../views/untrusted.ts';
import { counted, signs } from '../views/words.ts';
import { type CommandCall, type Reply, refusedReply } from './command.ts';
import { hintFor, inCode } from './typed-words.ts';

/** Each is read from S3, and people look at the newest. */
const maxGraded = 5;
const maxText = 3_000;

/** Grades the newest checkpoints of a job, or of the job of an incident. The result follows, because it takes a while. */
export async function gradeNewest(
  services: ListenerServices,
  { requester }: Pick<CommandCall, 'requester'>,
  word: string,
): Promise<Reply> {
  const hint = hintFor(word, ['unblock']);
  if (hint !== '' || !isJobName(word)) return { text: `${inCode(word)} is no training job.${hint}` };
  const refusal = await refusedTo(services, requester, `checkpoints ${word}`, 'responder');
  if (refusal !== undefined) return refusedReply(refusal);
  const job = (await services.store.find(word.toLowerCase()))?.subject ?? word;
  const to = { user: requester.actor.user, channel: requester.channel };
  return {
    text: `${signs.working} Grading the newest ${maxGraded} checkpoints of ${escape(line(job, 63))}. The result follows here.`,
    after: async () => tell(services, to, await gradedText(services, job)),
  };
}

async function gradedText({ gradeCheckpoints, log }: ListenerServices, job: string): Promise<string> {
  try {
    return inWords(job, await gradeCheckpoints(job, maxGraded));
  } catch (thrown) {
    const { code, message, next } = asOpsError(thrown);
    log.warn({ job, code, error: message }, 'checkpoints could not be graded');
    return `${signs.warning} ${escape(line(message, 300))}. ${next}`;
  }
}

function inWords(job: string, graded: readonly GradedWithCost[]): string {
  const lines = graded.flatMap(gradedInWords).map((one) => escape(`${indent(one)}${line(one, 300)}`));
  const title = `Checkpoints of ${escape(line(job, 63))}, the newest ${counted(graded.length, 'checkpoint')}:`;
  const usable = graded.some(({ grade }) => grade === 'valid' || grade === 'degraded');
  const end = usable ? [] : [`${signs.warning} Training cannot resume from any of these.`];
  return cutEscaped([title, ...lines, ...end].join('\n'), maxText);
}

function indent(one: string): string {
  return one.startsWith(' ') ? '      ' : '• ';
}

/** Opens the form that asks whose checkpoints to grade, if an incident is open. */
export async function openJobChooser(
  services: ListenerServices,
  { trigger, requester: { channel } }: CommandCall,
): Promise<void> {
  const form = await chooseJobForm(services);
  if (form === undefined) return;
  const view = formView(chooseJobRef, form, { id: chooseJobFormId, thread: undefined, channel });
  await services.client.views.open({ trigger_id: trigger, view });
}
