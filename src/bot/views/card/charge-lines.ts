import { clock } from '../../../in-words.ts';
import type { Incident } from '../../../incidents/model/incident.ts';
import { type Block, quote, say } from '../blocks.ts';
import { line, linkedName, mention, nameInMarkup } from '../untrusted.ts';
import { signs } from '../words.ts';

/** The lines of the card about the people: who has the incident, its pause, and what it is joined with. */
export function chargeLines(incident: Incident): readonly Block[] {
  const lines = [
    ...responderLine(incident),
    ...pauseLine(incident),
    ...glassLine(incident),
    ...followLine(incident),
    ...linkLines(incident),
  ];
  const why = incident.paused?.why ?? '';
  return [
    ...(lines.length === 0 ? [] : [say(lines.join('\n'))]),
    ...(why === '' ? [] : [quote(`Reason: ${line(why, 200)}`)]),
  ];
}

/** Who has the incident; empty for one that was over before anybody took it. */
export function responderLine({ responder, closed, held }: Incident): readonly string[] {
  if (responder !== undefined)
    return [`Responder: ${mention(responder.user)} (since ${clock(responder.since)})`];
  return closed === undefined && held === undefined ? ['Responder: nobody yet'] : [];
}

function pauseLine({ paused }: Incident): readonly string[] {
  if (paused === undefined) return [];
  const { by, at } = paused;
  return [`${signs.paused} *Paused* by ${mention(by)} since ${clock(at)}`];
}

function glassLine({ glass, closed }: Incident): readonly string[] {
  if (glass === undefined || closed !== undefined) return [];
  const who = mention(glass.by);
  return glass.usedFor === undefined
    ? [`${signs.broke} *Break-glass:* ${who} may make one change alone until ${clock(glass.until)}`]
    : [`${signs.broke} *Break-glass:* ${who} made one change without the needed approvers`];
}

function followLine({ follows, recovered, closed }: Incident): readonly string[] {
  if (follows === undefined) return [];
  const { job, by, ended } = follows;
  const name = nameInMarkup(job);
  if (ended === 'Completed') return [`${signs.done} ${name} has completed`];
  if (ended !== undefined) return [`${signs.broke} ${name}: ${ended.toLowerCase()}`];
  const named = `${name}, which ${mention(by)} named as the job that took over`;
  return recovered === undefined && closed === undefined
    ? [`${signs.working} Waiting for ${named}, to train`]
    : [`${signs.working} Following ${named}, to its end`];
}

function linkLines({ closed, duplicates = [], links = {} }: Incident): readonly string[] {
  const name = (id: string): string => linkedName(id, links[id]);
  return [
    ...(closed?.into === undefined ? [] : [`Continues in ${name(closed.into)}`]),
    ...(duplicates.length === 0 ? [] : [`Duplicates: ${duplicates.map(name).join(', ')}`]),
  ];
}
