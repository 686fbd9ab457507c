import { actionIds } from '../../src/bot/ids.ts';
import { type IncidentAt, type Listener, lead } from './listener.ts';

const opening = [
  'decline',
  'skip',
  'goBack',
  'form',
  'request',
  'choosePlaybook',
  'tellOutcome',
  'silence',
  'nameFolder',
  'reopen',
] as const satisfies readonly (keyof typeof actionIds)[];
const elsewhere: ReadonlySet<string> = new Set([...opening, 'unpause', 'moreMoves']);

/** On an old copy of the message: of a thousand clicks one has an effect, and all others end like this. */
export function decidingButtons(at: IncidentAt): readonly Listener[] {
  return Object.entries(actionIds)
    .filter(([name]) => !elsewhere.has(name))
    .map(([, id]) => button(id, (n) => oldCopy(at(n).value)));
}

export function openingButtons(at: IncidentAt): readonly Listener[] {
  return opening.map((name) =>
    button(actionIds[name], (n) => (name === 'reopen' ? `${at(n).id}.reopen.1.` : at(n).value)),
  );
}

export function menus(at: IncidentAt): readonly Listener[] {
  const id = actionIds.moreMoves;
  const send: Listener['send'] = async (to, n) => to.choose(lead, id, `${at(n).id}.hand-over.1.`);
  return [{ name: id, answers: [{ on: 'action', id }], send }];
}

/** The listener for all ids that Relight does not know. */
export function unknownButtons(at: IncidentAt): readonly Listener[] {
  return [button('relight_of_another_version', (n) => at(n).value)];
}

function button(id: string, valueAt: (n: number) => string): Listener {
  return {
    name: id,
    answers: [{ on: 'action', id }],
    send: async (to, n) => to.click(lead, id, valueAt(n)),
  };
}

/** The value of the same button, on a request of another attempt. */
export function oldCopy(value: string): string {
  return value.replace(/\.\d+\.\w*$/, '.9.00000000');
}
