import { commands } from '../../src/bot/commands/help.ts';
import { commandName } from '../../src/bot/ids.ts';
import { type IncidentAt, type Listener, lead } from './listener.ts';

/** What follows the incident. */
const rest: Readonly<Record<string, string>> = { step: 'resumed', 'break-glass': 'nobody else is awake' };

/** Every word of the command, about an incident if it can be about one. */
export function commandListeners(at: IncidentAt): readonly Listener[] {
  return commands.map(({ name, takes }) => {
    const textAt = (n: number): string => [name, at(n).id, rest[name] ?? ''].join(' ').trim();
    return {
      name: `${commandName} ${name}`,
      answers: [{ on: 'command', id: commandName }],
      send: async (to, n) => to.command(lead, /^\[?INCIDENT/.test(takes) ? textAt(n) : name),
    };
  });
}
