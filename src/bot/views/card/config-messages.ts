import { clock, minutes } from '../../../in-words.ts';
import { lostMs } from '../../../incidents/after-config-change.ts';
import { type ConfigEvent, playbookLost } from '../../../incidents/model/config/config-notes.ts';
import { type Incident, isEndKnown, runsOf } from '../../../incidents/model/incident.ts';
import { say } from '../blocks.ts';
import { fitMessage, type Rendered } from '../render-limits.ts';
import { nameInMarkup } from '../untrusted.ts';
import { counted, signs } from '../words.ts';

interface ConfigMessage {
  readonly key: string;
  readonly rendered: Rendered;
}

/** What a change of relight.yaml or of the playbooks means for this incident, in one message each. */
export function configMessages(incident: Incident): readonly ConfigMessage[] {
  return (incident.configNotes ?? []).map(({ event }) => {
    const text = event.type === 'tier-removed' ? tierText(incident, event) : lostText(event);
    const key = event.type === 'tier-removed' ? `tier-removed-${event.tier}` : `playbook-lost-${event.run}`;
    return { key, rendered: fitMessage({ blocks: [say(text)], text: text.replaceAll('*', '') }) };
  });
}

type Event<T extends ConfigEvent['type']> = Extract<ConfigEvent, { type: T }>;

function tierText({ rtoMinutes, rpoMinutes }: Incident, { tier, needs }: Event<'tier-removed'>): string {
  const kept = `its RTO of ${minutes(rtoMinutes)} and its RPO of ${minutes(rpoMinutes)}`;
  return `${signs.warning} *The tier ${nameInMarkup(tier)} is no longer in relight.yaml.* This incident keeps ${kept}. Until the tier is back, its changes need at least ${counted(needs, 'approval')} by production approvers other than those who asked for them.`;
}

function lostText({ playbook, how }: Event<'playbook-lost'>): string {
  const what = how === 'removed' ? 'was removed from Relight' : 'has other steps now';
  return `${signs.yours} *The playbook ${nameInMarkup(playbook)} ${what}*, so Relight stopped here, and the buttons of its steps no longer work. On the card, choose another playbook or say how it ended. If the playbook comes back as it was, it continues where it was.`;
}

/** The next move of an incident whose playbook is gone, or has other steps. */
export function lostMove(incident: Incident): string {
  const lost = playbookLost(incident, runsOf(incident).length);
  const how = lost?.event.type === 'playbook-lost' ? lost.event.how : 'changed';
  if (isEndKnown(incident)) {
    const until = lost === undefined ? '' : ` at ${clock(lost.at + lostMs)}`;
    return `${signs.later} *Still to do:* nothing, a deployment ${how} the playbook. Its closing questions are not asked: the incident closes${until} unless the playbook comes back.`;
  }
  const changing = Object.keys(incident.states).find((key) => incident.states[key]?.status === 'changing');
  if (changing === undefined)
    return `${signs.yours} *Your move:* a deployment ${how} the playbook, so Relight stopped here. Choose one, or say how it ended.`;
  return `${signs.yours} *Your move:* a deployment ${how} the playbook while its change ${nameInMarkup(changing)} was being carried out, and nobody follows that now. Put the playbook back, or look in the AWS console what became of it and say how it ended.`;
}
