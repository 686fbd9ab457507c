import { autopilotSetting, autopilotSettings } from '../../config/autopilot-settings.ts';
import {
  modeNow,
  nextMode,
  type PilotRecord,
  readPilotRuns,
  recordFrom,
} from '../../incidents/autopilot/pilot-records.ts';
import type { AutopilotSetting } from '../../incidents/autopilot/setting.ts';
import { refusedTo } from '../access/refused-command.ts';
import type { ListenerServices } from '../clicks/answer.ts';
import { commandName } from '../ids.ts';
import { say } from '../views/blocks.ts';
import { fitMessage } from '../views/render-limits.ts';
import { escape, line } from '../views/untrusted.ts';
import { atMost, counted, signs } from '../views/words.ts';
import { type Command, type CommandCall, type Reply, refusedReply } from './command.ts';
import { inCode } from './typed-words.ts';

export const autopilot: Command = {
  name: 'autopilot',
  takes: '[reset PLAYBOOK STEP TIER]',
  does: 'lists what Autopilot may do and what it has earned, or lets it start over after a failure',
  run: async (services, call) =>
    call.words[1]?.toLowerCase() === 'reset' ? reset(services, call) : listed(services),
};

const maxListed = 30;

async function listed({ settings, store, pilotResets }: ListenerServices): Promise<Reply> {
  const all = autopilotSettings(settings);
  if (all.length === 0)
    return {
      text: 'Autopilot is off: relight.yaml has no entry under `autopilot`, so people approve every change.',
    };
  const [runs, resets] = await Promise.all([readPilotRuns({ store }), pilotResets.all()]);
  const lines = all.map((setting) => settingInWords(setting, recordFrom(runs, resets, setting)));
  const shown = atMost(maxListed, lines, (more) => `… and ${counted(more, 'more entry')} in relight.yaml`);
  return fitMessage({ blocks: shown.map(say), text: shown.join('\n') });
}

/** `wait_minutes` only matters with veto. */
function settingInWords(setting: AutopilotSetting, record: PilotRecord): string {
  const { playbook, step, tier, mode, waitMinutes } = setting;
  const wait = mode === 'veto' ? `, ${waitMinutes} min` : '';
  const failed = record.failed === 0 ? 'none failed' : `${record.failed} failed`;
  const earned = `${counted(record.succeeded, 'run')} succeeded, ${failed}`;
  const named = `${inCode(playbook)} ${inCode(step)} in ${inCode(tier)}: *${mode}*${wait}. ${earned}.`;
  return [named, ...demotion(setting, record), ...promotion(setting, record)].join('\n');
}

function demotion(setting: AutopilotSetting, record: PilotRecord): readonly string[] {
  const { demotedBy } = record;
  if (demotedBy === undefined || modeNow(setting, record) === setting.mode) return [];
  const { playbook, step, tier } = setting;
  const why = escape(line(demotedBy.end.why, 200));
  return [
    `${signs.warning} It only suggests, because the change that it approved in ${demotedBy.incident} failed: ${why}. A lead resets it: \`${commandName} autopilot reset ${playbook} ${step} ${tier}\``,
  ];
}

function promotion(setting: AutopilotSetting, record: PilotRecord): readonly string[] {
  const next = nextMode(setting, record);
  return next === undefined
    ? []
    : [`${signs.done} It has earned the mode \`${next}\`: set it in relight.yaml if you agree.`];
}

/** Its record starts over too, so that promotions are earned again. */
async function reset(services: ListenerServices, { words, requester, limit }: CommandCall): Promise<Reply> {
  const [, , playbook = '', step = '', tier = ''] = words;
  const of = { playbook, step, tier };
  if (autopilotSetting(services.settings, of) === undefined)
    return {
      text: `Nothing is reset: relight.yaml has no entry under \`autopilot\` for it. Send \`${commandName} autopilot reset PLAYBOOK STEP TIER\`; \`${commandName} autopilot\` lists the entries.`,
    };
  const refusal = await refusedTo(services, requester, words.join(' '), 'lead');
  if (refusal !== undefined) return refusedReply(refusal);
  const { actor } = requester;
  await services.pilotResets.put({ ...of, at: services.clock.now(), by: actor.user }, limit);
  const note = Object.values(of).join(' ');
  await services.journal.add({ type: 'autopilot-reset', ...of, note, by: actor });
  return {
    text: `${signs.done} Reset. Autopilot starts over for ${inCode(step)} of ${inCode(playbook)} in ${inCode(tier)}, with the mode of relight.yaml.`,
  };
}
