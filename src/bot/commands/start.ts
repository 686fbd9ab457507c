import { nearest } from '../../config/nearest.ts';
import { isChanging } from '../../incidents/choose-playbook.ts';
import type { Incident } from '../../incidents/model/incident.ts';
import type { CatalogEntry } from '../../playbooks/catalog.ts';
import { authorize } from '../access/authorize.ts';
import type { ListenerParts } from '../clicks/answer.ts';
import { firstWithin } from '../clicks/deadline.ts';
import { threadLink } from '../slack/thread-link.ts';
import { moveLine } from '../views/card/card.ts';
import { escape, line } from '../views/untrusted.ts';
import { counted, signs } from '../views/words.ts';
import type { Command, CommandCall, Reply } from './command.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html: TrainingJobName */
const jobName = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;

export const start: Command = {
  name: 'start',
  takes: 'PLAYBOOK JOB',
  does: 'opens an incident for a job whose failure no alarm reported',
  run: async (parts, call) => {
    const [, id = '', job = ''] = call.words;
    if (id === '') return { text: missing(parts) };
    const entry = parts.catalog.list.find((one) => one.id === id);
    if (entry === undefined) return { text: unknownPlaybook(parts, id) };
    if (!jobName.test(job))
      return { text: `Say the name of the training job: \`/relight start ${id} JOB\`.` };
    const membership = await parts.directory.membership(call.asker.actor.user);
    const { actor, channel } = call.asker;
    const question = {
      user: actor.user,
      channel,
      tier: '',
      effect: 'other',
      role: 'responder',
      approvedBy: [],
    } as const;
    const ruling = authorize(question, parts.settings, membership, parts.clock.now());
    if (ruling.allowed) return open(parts, call, entry, job);
    await noteRefused(parts, call, ruling.says);
    return { text: `${signs.warning} Not done. ${ruling.says}` };
  },
};

function missing({ catalog }: ListenerParts): string {
  const ids = catalog.list.map(({ id }) => `\`${id}\``).join(', ');
  return `The playbook and the training job are missing: \`/relight start PLAYBOOK JOB\`. The playbooks: ${ids}.`;
}

const noteMs = 250;

/** Part of the audit trail; a person who sends the same again and again does not fill it. */
async function noteRefused(
  { once, noteRefusedStart, log }: ListenerParts,
  { words, asker }: CommandCall,
  why: string,
): Promise<void> {
  const { user } = asker.actor;
  const command = words.slice(0, 3).join(' ');
  const noting = async (): Promise<void> => {
    if (!(await once(`refused:${command}:${user}`))) return;
    await noteRefusedStart({ job: words[2] ?? '', command, by: asker.actor, why });
  };
  const noted = noting().catch((error: unknown) =>
    log.error({ user, command, error: String(error) }, 'a refused command could not be noted'),
  );
  await firstWithin(noteMs, noted);
}

async function open(
  parts: ListenerParts,
  { asker }: CommandCall,
  { id, playbook }: CatalogEntry,
  job: string,
): Promise<Reply> {
  const { intake, advance, clock, settings } = parts;
  const { incident, started } = await intake({
    job,
    kind: playbook.handles[0] ?? 'unknown',
    alarm: { source: 'person', name: `/relight start ${id}`, reason: '', at: clock.now() },
    plan: { id, steps: playbook.stepsWhenAsked },
    by: asker.actor,
  });
  const words = started
    ? `${signs.done} ${incident.id} is open in <#${settings.incident_channel}>; Relight is looking at ${escape(line(job, 63))}.`
    : await nothingStarted(parts, incident, id);
  return { text: words, after: async () => advance(incident.id) };
}

/** The incident that is open for the job has its own way: a person must not take it for a new start. */
async function nothingStarted(parts: ListenerParts, incident: Incident, id: string): Promise<string> {
  const thread = await threadLink(parts, incident);
  const present = escape(line(incident.playbook ?? 'none', 60));
  const runs = incident.playbook === id;
  return [
    runs
      ? `${signs.warning} \`${id}\` already runs for this job in ${thread}: nothing new was started.`
      : `${signs.warning} Nothing was started: ${thread} is open for this job, with the playbook \`${present}\`.`,
    moveLine(incident, parts.catalog.get(incident.playbook ?? '')),
    toRun(id, incident),
  ]
    .filter(Boolean)
    .join('\n');
}

/** The conditions are those under which the intake starts no playbook. */
function toRun(id: string, incident: Incident): string {
  const { recovered, outcome, board, job } = incident;
  const command = `\`/relight start ${id} ${escape(line(job, 63))}\``;
  if (board.length > 0)
    return `It looks after ${counted(board.length, 'job')} together. Once it is closed, ${command} opens an incident for one.`;
  if (recovered !== undefined || outcome !== undefined)
    return `To run \`${id}\` for a later failure, finish this one in its thread; once it is closed, ${command} opens a new incident.`;
  if (isChanging(incident))
    return `To run \`${id}\` after this, wait until the change is over: when a step has failed then, ${command} starts it from its beginning.`;
  return `To run \`${id}\` from its beginning, go on in the thread first: when a step has failed, ${command} starts it again.`;
}

function unknownPlaybook({ catalog }: ListenerParts, word: string): string {
  const ids = catalog.list.map(({ id }) => id);
  const close = nearest(word, ids);
  const hint = close === undefined ? '' : ` Did you mean \`${close}\`?`;
  return `There is no playbook \`${escape(line(word, 40).replaceAll('`', '')) || '…'}\`.${hint} There are: ${ids.map((id) => `\`${id}\``).join(', ')}.`;
}
