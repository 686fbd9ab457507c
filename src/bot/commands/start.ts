import { isChanging } from '../../incidents/choose-playbook.ts';
import { discardedWork, switchInWords } from '../../incidents/discarded-work.ts';
import { loadOpen } from '../../incidents/journal/readable.ts';
import type { Incident } from '../../incidents/model/incident.ts';
import type { CatalogEntry } from '../../playbooks/catalog.ts';
import { isJobName } from '../../training-job/job-name.ts';
import { refusedTo } from '../access/refused-command.ts';
import type { ListenerServices } from '../clicks/answer.ts';
import { startForm, startRef } from '../clicks/start-form.ts';
import { startFormId } from '../ids.ts';
import { threadLink } from '../slack/thread-link.ts';
import { moveLine } from '../views/card/next-move.ts';
import { formView } from '../views/form.ts';
import { escape, line } from '../views/untrusted.ts';
import { counted, signs } from '../views/words.ts';
import { type Command, type CommandCall, formIsOpen, type Reply, refusedReply } from './command.ts';
import { hintFor, inCode } from './typed-words.ts';

export const start: Command = {
  name: 'start',
  takes: '[PLAYBOOK [JOB [replace]]]',
  does: 'opens an incident for a failed job that no alarm reported; `replace` switches the playbook of an open one',
  run: async (services, call) => {
    const [, id = '', job = ''] = call.words;
    const entry = services.catalog.list.find((one) => one.id === id);
    const mistake = mistakeIn(services, { id, entry, job });
    if (mistake !== undefined) return { text: mistake };
    const command = call.words.slice(0, 3).join(' ');
    const refusal = await refusedTo(services, call.requester, command, 'responder', job);
    if (refusal !== undefined) return refusedReply(refusal);
    if (entry === undefined || job === '') return openStartForm(services, call, id);
    return (await askFirst(services, call, id, job)) ?? open(services, call, entry, job);
  },
};

/** Missing words are no mistake: the form asks for them. */
function mistakeIn(
  services: ListenerServices,
  { id, entry, job }: { readonly id: string; readonly entry: CatalogEntry | undefined; readonly job: string },
): string | undefined {
  if (id !== '' && entry === undefined) return unknownPlaybook(services, id);
  const isJob = job === '' || isJobName(job);
  return isJob ? undefined : `Add the name of the training job: \`/relight start ${id} JOB\`.`;
}

async function openStartForm(
  { catalog, client }: ListenerServices,
  { requester: { channel }, trigger }: CommandCall,
  playbook: string,
): Promise<Reply> {
  const form = startForm(catalog, { playbook, jobs: [] });
  const view = formView(startRef, form, { id: startFormId, thread: undefined, channel });
  await client.views.open({ trigger_id: trigger, view });
  return formIsOpen;
}

/** Before a playbook that people have worked in is replaced; undefined if nothing would be lost, or if they said so. */
async function askFirst(
  services: ListenerServices,
  { words }: CommandCall,
  id: string,
  job: string,
): Promise<Reply | undefined> {
  if (words[3]?.toLowerCase() === replaceWord) return undefined;
  const incident = (await loadOpen(services.store)).find((one) => one.job === job || one.subject === job);
  if (incident === undefined || incident.playbook === id || discardedWork(incident).length === 0)
    return undefined;
  const thread = await threadLink(services, incident);
  const command = `\`/relight start ${id} ${escape(line(job, 63))} ${replaceWord}\``;
  return {
    text: `${signs.warning} Nothing was started: another playbook is open for this job in ${thread}. ${switchInWords(incident)}\nTo switch, send ${command}.`,
  };
}

const replaceWord = 'replace';

async function open(
  services: ListenerServices,
  { requester }: CommandCall,
  { id, playbook }: CatalogEntry,
  job: string,
): Promise<Reply> {
  const { intake, advance, clock, settings } = services;
  const { incident, started } = await intake({
    job,
    kind: playbook.handles[0] ?? 'unknown',
    alarm: { source: 'person', name: `/relight start ${id}`, reason: '', at: clock.now() },
    plan: { id, steps: playbook.stepsWhenAsked },
    by: requester.actor,
  });
  const words = started
    ? `${signs.done} ${incident.id} is open in <#${settings.incident_channel}>; Relight is looking at ${escape(line(job, 63))}.`
    : await nothingStarted(services, incident, id);
  return { text: words, after: async () => advance(incident.id) };
}

/** Says that the job already has an open incident, so that nobody mistakes it for a new start. */
async function nothingStarted(services: ListenerServices, incident: Incident, id: string): Promise<string> {
  const thread = await threadLink(services, incident);
  const present = escape(line(incident.playbook ?? 'none', 60));
  const runs = incident.playbook === id;
  return [
    runs
      ? `${signs.warning} Nothing was started: \`${id}\` is already running for this job in ${thread}.`
      : `${signs.warning} Nothing was started: this job already has an open incident, ${thread}, with the playbook \`${present}\`.`,
    moveLine(incident, services.catalog.get(incident.playbook ?? '')),
    toRun(id, incident),
  ]
    .filter(Boolean)
    .join('\n');
}

/** The same conditions under which the intake does not start a playbook. */
function toRun(id: string, incident: Incident): string {
  const { recovered, outcome, affectedJobs, job } = incident;
  const command = `\`/relight start ${id} ${escape(line(job, 63))}\``;
  if (affectedJobs.length > 0)
    return `That incident covers ${counted(affectedJobs.length, 'job')}. Once it is closed, ${command} opens an incident for one of them.`;
  if (recovered !== undefined || outcome !== undefined)
    return `To run \`${id}\` for a later failure, finish this incident in its thread. Once it is closed, ${command} opens a new one.`;
  if (isChanging(incident))
    return `To run \`${id}\` after this, wait until the change is complete. If a step then fails, ${command} starts it from the beginning.`;
  return `To run \`${id}\` from the beginning, continue in the thread first. If a step fails, ${command} starts it again.`;
}

function unknownPlaybook({ catalog }: ListenerServices, word: string): string {
  const ids = catalog.list.map(({ id }) => id);
  return `There is no playbook ${inCode(word)}.${hintFor(word, ids)} Playbooks: ${ids.map(inCode).join(', ')}.`;
}
