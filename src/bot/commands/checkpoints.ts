import { asFolder } from '../../checkpoints/folders.ts';
import { asOpsError } from '../../errors.ts';
import { S3Uri } from '../../ports/basics.ts';
import type { Block } from '../../ports/ports.ts';
import { refusedTo } from '../access/refused-command.ts';
import type { ListenerServices } from '../clicks/answer.ts';
import { commandName } from '../ids.ts';
import { say } from '../views/blocks.ts';
import { fitMessage } from '../views/render-limits.ts';
import { escape, line } from '../views/untrusted.ts';
import { signs } from '../views/words.ts';
import { type Command, type CommandCall, type Reply, refusedReply } from './command.ts';
import { gradeNewest, openJobChooser } from './grade-checkpoints.ts';
import { hintFor } from './typed-words.ts';

const maxListed = 20;
const blockedUntil = 'Each is blocked until the image or the script of its job changes.';

export const checkpoints: Command = {
  name: 'checkpoints',
  takes: '[JOB [s3://…] | INCIDENT | unblock s3://…]',
  does: 'grades the checkpoints of a job, names the folder that it keeps them in, lists the blocked ones, or unblocks one',
  run: async (services, call) => {
    const [, what, address] = call.words;
    if (what === undefined) return listed(services, call);
    if (address === undefined && what !== 'unblock') return gradeNewest(services, call, what);
    const folder = S3Uri.safeParse(address).data;
    if (folder === undefined)
      return {
        text: `Add an address: \`${commandName} checkpoints ${escape(line(what, 63))} s3://bucket/prefix/\`.`,
      };
    const hint = what === 'unblock' ? '' : hintFor(what, ['unblock']);
    if (hint !== '') return { text: `Nothing has changed.${hint}` };
    const refusal = await refusedTo(services, call.requester, call.words.join(' '), 'responder');
    if (refusal !== undefined) return refusedReply(refusal);
    return what === 'unblock' ? unblock(services, call, folder) : nameFolder(services, call, what, folder);
  },
};

/** The blocked checkpoints; and a form to choose a job, if an incident is open. */
async function listed(services: ListenerServices, call: CommandCall): Promise<Reply> {
  const [blocks] = await Promise.all([services.blocklist.list(), openJobChooser(services, call)]);
  if (blocks.length === 0) return { text: 'No checkpoint is blocked.' };
  const more = blocks.length > maxListed ? [`…and ${blocks.length - maxListed} more.`] : [];
  const paragraphs = [...blocks.slice(0, maxListed).map(blockLine), ...more, blockedUntil];
  return fitMessage({ blocks: paragraphs.map(say), text: paragraphs.join('\n\n') });
}

function blockLine({ checkpoint, why, incident, by = [], at }: Block): string {
  const who =
    by.length === 0
      ? 'by an earlier version of Relight'
      : `approved by ${by.map((user) => `<@${user}>`).join(', ')}`;
  const when = at === undefined ? '' : `, ${new Date(at).toISOString().slice(0, 10)}`;
  const where = incident === undefined ? '' : `, incident ${escape(line(incident, 40))}`;
  return [
    `\`${escape(line(checkpoint, 300))}\``,
    `${escape(line(why, 300))} (${who}${when}${where})`,
    `To undo: \`${commandName} checkpoints unblock ${escape(line(checkpoint, 300))}\``,
  ].join('\n');
}

async function unblock(
  { blocklist, log }: ListenerServices,
  { requester, limit }: CommandCall,
  checkpoint: S3Uri,
): Promise<Reply> {
  // People copy addresses with and without the slash at the end.
  const undone =
    (await blocklist.unblock(checkpoint, limit)) || (await blocklist.unblock(asFolder(checkpoint), limit));
  log.info({ checkpoint, by: requester.actor.user, undone }, 'unblock a checkpoint');
  const shown = `\`${escape(line(checkpoint, 300))}\``;
  return {
    text: undone
      ? `${signs.done} ${shown} is no longer blocked. A recovery checks it again before it offers it.`
      : `${shown} is not blocked. \`${commandName} checkpoints\` lists those that are.`,
  };
}

async function nameFolder(
  { checkpointFolders, log }: ListenerServices,
  { requester }: CommandCall,
  job: string,
  folder: S3Uri,
): Promise<Reply> {
  try {
    await checkpointFolders.require(job, folder);
  } catch (thrown) {
    const { code, message, next } = asOpsError(thrown);
    log.warn({ job, folder, by: requester.actor.user, code }, 'a checkpoint folder was refused');
    return { text: `${signs.warning} ${escape(line(message, 600))}. ${next}` };
  }
  await checkpointFolders.name(job, folder);
  log.info({ job, folder, by: requester.actor.user }, 'name a checkpoint folder');
  return {
    text: `${signs.done} Relight looks for the checkpoints of ${escape(line(job, 63))} in \`${escape(line(folder, 300))}\` for 7 days. If a step of its recovery has failed, press Try again in its thread.`,
  };
}
