import { commandName } from '../ids.ts';
import { escape, line } from './untrusted.ts';

export interface HelpState {
  readonly commands: readonly { readonly name: string; readonly takes: string; readonly does: string }[];
  readonly playbooks: readonly { readonly id: string; readonly summary: string }[];
}

export function helpText({ commands, playbooks }: HelpState): string {
  return [
    ...commands.map(
      ({ name, takes, does }) =>
        `\`${escape([commandName, name, takes].filter(Boolean).join(' '))}\`  ${does}`,
    ),
    '',
    '*Playbooks*',
    ...playbooks.map(({ id, summary }) => `\`${id}\`  ${escape(line(summary, 200))}`),
  ].join('\n');
}
