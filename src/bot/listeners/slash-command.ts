import type { App } from '@slack/bolt';
import { asOpsError } from '../../errors.ts';
import type { ListenerServices } from '../clicks/answer.ts';
import { firstWithin, within } from '../clicks/deadline.ts';
import type { CommandCall, Reply } from '../commands/command.ts';
import { commands, didYouMean } from '../commands/help.ts';
import { commandName } from '../ids.ts';
import { tell } from '../slack/tell.ts';
import { outgoing } from '../slack/web-client.ts';
import { escape, line } from '../views/untrusted.ts';
import { signs } from '../views/words.ts';

/** `/relight …`: the reply is in the acknowledgment itself, which reaches the person in any channel. */
export function listenForCommands(app: App, services: ListenerServices): void {
  app.command(commandName, async ({ ack, command }) => {
    const limit = within(services.limits.record);
    const words = command.text.trim().split(/\s+/).filter(Boolean);
    const requester = {
      actor: { user: command.user_id, via: 'command' },
      channel: command.channel_id,
    } as const;
    const reply = await answer(services, { words, requester, trigger: command.trigger_id, limit });
    const { text, blocks } = outgoing({ text: reply.text, blocks: reply.blocks });
    await ack({ response_type: 'ephemeral', text, ...(blocks && { blocks: [...blocks] }) });
    await reply.after?.();
  });
}

async function answer(services: ListenerServices, call: CommandCall): Promise<Reply> {
  const word = call.words[0]?.toLowerCase() ?? 'help';
  const command = commands.find(({ name, formerName }) => name === word || formerName === word);
  if (command === undefined) return didYouMean(services.catalog, word);
  try {
    const running = command.run(services, call);
    const reply = await firstWithin(services.limits.command, running);
    if (reply === undefined) return { text: tooSlow, after: async () => tellLate(services, call, running) };
    if (word === command.name) return reply;
    const renamed = `\`${commandName} ${word}\` is now called \`${commandName} ${command.name}\`.`;
    return { ...reply, text: `${renamed}\n${reply.text}` };
  } catch (thrown) {
    const error = asOpsError(thrown);
    services.log.warn({ command: word, code: error.code, error: error.message }, 'command');
    if (error.code === 'unexpected' || error.code === 'too-late') return { text: tooSlow };
    return { text: `${signs.warning} ${escape(line(error.message, 300))}. ${error.next}` };
  }
}

/** The command may still do what it was asked for, so the person is told what became of it. */
async function tellLate(
  services: ListenerServices,
  { words, requester: { actor, channel } }: CommandCall,
  running: Promise<Reply>,
): Promise<void> {
  const typed = escape(line(words.join(' '), 100));
  const target = { user: actor.user, channel };
  try {
    const reply = await running;
    await tell(services, target, `The answer to \`${commandName} ${typed}\` came late: ${reply.text}`);
    await reply.after?.();
  } catch (error) {
    services.log.warn({ command: words[0], error: String(error) }, 'a command ended late, without a result');
    if (asOpsError(error).code === 'too-late') return;
    const says = `\`${commandName} ${typed}\` has no result, because Redis did not answer. If it changes something, that may still happen: \`${commandName} list\` shows what is open.`;
    await tell(services, target, `${signs.warning} ${says}`);
  }
}

const tooSlow = `${signs.warning} Not recorded, send it again.`;
