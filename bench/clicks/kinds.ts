import { actionIds, pauseFormId, startShortcutId } from '../../src/bot/ids.ts';
import type { Acked, SlackRequests } from '../../test/support/slack-requests.ts';
import { decidingButtons, menus, openingButtons, unknownButtons } from './buttons.ts';
import { commandListeners } from './commands.ts';
import { formListeners, typed } from './forms.ts';
import { type IncidentAt, type Listener, lead } from './listener.ts';
import type { OpenIncident } from './open-incidents.ts';

/** Listeners that work alike, so that one row of the report is enough for them. */
export interface Kind {
  readonly name: string;
  readonly listeners: readonly Listener[];
}

/** Every listener that Relight registers; a test fails if one is missing. */
export function kindsOf(incidents: readonly OpenIncident[]): readonly Kind[] {
  const at: IncidentAt = (n) => {
    const incident = incidents[n % incidents.length];
    if (incident === undefined) throw new Error('no incident is open');
    return incident;
  };
  return [
    { name: 'a form and a button that are recorded', listeners: [pauseAndResume(at, incidents.length)] },
    { name: 'buttons that decide', listeners: decidingButtons(at) },
    { name: 'buttons that open a form', listeners: openingButtons(at) },
    { name: 'the menu of the card', listeners: menus(at) },
    { name: 'buttons of another version', listeners: unknownButtons(at) },
    { name: 'forms', listeners: formListeners(at) },
    { name: 'slash commands', listeners: commandListeners(at) },
    { name: 'the message shortcut', listeners: [startAbout(at)] },
    { name: 'the Home tab', listeners: [home] },
  ];
}

/** They take turns, so that each of them is recorded in the journal. */
function pauseAndResume(at: IncidentAt, incidents: number): Listener {
  const pause = async (to: SlackRequests, n: number): Promise<Acked> =>
    to.submit(lead, { id: pauseFormId, ref: `${at(n).id}.pause.1.`, values: { why: typed('dinner') } });
  const resume = async (to: SlackRequests, n: number): Promise<Acked> =>
    to.click(lead, actionIds.unpause, `${at(n).id}.resume.1.`);
  return {
    name: `${pauseFormId} and ${actionIds.unpause}`,
    answers: [
      { on: 'view', id: pauseFormId },
      { on: 'action', id: actionIds.unpause },
    ],
    send: async (to, n) => (Math.floor(n / incidents) % 2 === 0 ? pause(to, n) : resume(to, n)),
  };
}

/** The message names a job with an open incident, and one that is looked up in AWS. */
function startAbout(at: IncidentAt): Listener {
  const id = startShortcutId;
  return {
    name: id,
    answers: [{ on: 'shortcut', id }],
    send: async (to, n) =>
      to.useShortcut(lead, id, { text: `${at(n).job} failed, as srl-rlvr-gold-20251104 did` }),
  };
}

const home: Listener = {
  name: 'app_home_opened',
  answers: [{ on: 'event', id: 'app_home_opened' }],
  send: async (to) => to.openHome(lead),
};
