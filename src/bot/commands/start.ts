import type { CatalogEntry } from '../../playbooks/catalog.ts';
import { authorize } from '../authorize.ts';
import { firstWithin } from '../deadline.ts';
import type { ListenerParts } from '../listeners/listener.ts';
import { escape, line } from '../views/untrusted.ts';
import { signs } from '../views/words.ts';
import type { Command, CommandCall, Reply } from './command.ts';
import { nearest } from './nearest.ts';

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
  { intake, advance, clock, settings }: ListenerParts,
  { asker }: CommandCall,
  { id, playbook }: CatalogEntry,
  job: string,
): Promise<Reply> {
  const { incident, outcome } = await intake({
    job,
    kind: playbook.handles[0] ?? 'unknown',
    alarm: { source: 'person', name: `/relight start ${id}`, reason: '', at: clock.now() },
    plan: { id, steps: playbook.stepsWhenAsked },
    by: asker.actor,
  });
  const opened = outcome === 'opened' || incident.playbook === id;
  const words = opened
    ? `${signs.done} ${incident.id} is open in <#${settings.incident_channel}>; Relight is looking at ${escape(line(job, 63))}.`
    : `${incident.id} is open for this job already, with the playbook ${escape(line(incident.playbook ?? 'none', 60))}. Go on there.`;
  return { text: words, after: async () => advance(incident.id) };
}

function unknownPlaybook({ catalog }: ListenerParts, word: string): string {
  const ids = catalog.list.map(({ id }) => id);
  const close = nearest(word, ids);
  const hint = close === undefined ? '' : ` Did you mean \`${close}\`?`;
  return `There is no playbook \`${escape(line(word, 40).replaceAll('`', '')) || '…'}\`.${hint} There are: ${ids.map((id) => `\`${id}\``).join(', ')}.`;
}
