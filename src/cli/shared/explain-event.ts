import { readFileSync } from 'node:fs';
import { correlate, type Meaning } from '../../alarms/correlate.ts';
import { type Parsed, parseSignals } from '../../alarms/parse/parse.ts';
import type { Signal } from '../../alarms/parse/signal.ts';
import { needsTags } from '../../alarms/rules.ts';
import { windowsIn } from '../../app/holds.ts';
import { commandSettings, playbookFolders, workingPlace } from '../../config/environment.ts';
import { readSettings } from '../../config/read-settings.ts';
import type { Settings } from '../../config/settings.ts';
import { rulesIn, tierFinder } from '../../config/tiers-and-rules.ts';
import { classifyEnd } from '../../diagnosis/classify-failure.ts';
import { OpsError } from '../../errors.ts';
import { windowOver } from '../../incidents/holds/maintenance.ts';
import { loadCatalog, shippedCatalog } from '../../playbooks/catalog.ts';
import type { EventExplanation } from './explanation-in-words.ts';

/** A message with several notifications is explained by the first of these; one that cannot be used keeps it. */
const byWeight = ['kept', 'opens', 'clears', 'quiet'];

/** Dry run of an alarm message. Throws `config-invalid` if the message or relight.yaml cannot be read. */
export async function explainEvent(path: string, file: string | undefined): Promise<EventExplanation> {
  const settings = settingsIn(file);
  const all = await Promise.all(parseSignals(textOf(path)).map((parsed) => explainOne(parsed, settings)));
  const [first, ...also] = all.toSorted(
    (one, other) => byWeight.indexOf(one.outcome) - byWeight.indexOf(other.outcome),
  );
  if (first === undefined) return { outcome: 'kept', why: 'the message is empty' };
  return also.length === 0 ? first : { ...first, also };
}

async function explainOne(parsed: Parsed, settings: Settings): Promise<EventExplanation> {
  if ('problem' in parsed) return { outcome: 'kept', why: parsed.problem };
  const { signal } = parsed;
  const rules = rulesIn(settings);
  const { region, account } = workingPlace();
  // The same function handles real alarms.
  const explained = await explain(
    correlate({ region, account, rules, classify: classifyEnd }, signal),
    signal,
    settings,
  );
  const unknown = [
    ...(signal.type === 'alarm' && needsTags(rules, signal)
      ? ['its tags were not checked, but rules depend on them']
      : []),
    ...notCompared('AWS_REGION', region, signal.region),
    ...notCompared('AWS_ACCOUNT_ID', account, signal.account),
  ];
  return { ...explained, why: [explained.why, ...unknown].join('; ') };
}

function notCompared(
  variable: string,
  here: string | undefined,
  there: string | undefined,
): readonly string[] {
  if (here !== undefined || there === undefined) return [];
  return [`${variable} is not set, so it was not compared with ${there}`];
}

async function explain(meaning: Meaning, { at }: Signal, settings: Settings): Promise<EventExplanation> {
  if ('problem' in meaning) return { outcome: 'kept', why: meaning.problem };
  if ('cleared' in meaning)
    return { outcome: 'clears', why: 'the alarm is OK again', job: meaning.cleared.job, at: iso(at) };
  if ('ignored' in meaning) return { outcome: 'quiet', why: meaning.ignored, at: iso(at) };
  const { job, kind } = meaning.report;
  const tier = tierFinder(settings.tiers)(job);
  if (tier === undefined) return { outcome: 'kept', why: new OpsError('job-unmatched', job).line };
  const catalog = await loadCatalog([shippedCatalog, ...playbookFolders()]);
  const playbook = catalog.handling(kind)?.id;
  const hold = windowOver(windowsIn(settings), { job }, Date.now());
  return {
    outcome: 'opens',
    why: meaning.because,
    job,
    kind,
    tier: tier.name,
    at: iso(at),
    ...(playbook !== undefined && { playbook }),
    ...(hold !== undefined && { held: `until ${iso(hold.until)}: ${hold.name}` }),
  };
}

function settingsIn(file: string | undefined): Settings {
  if (file !== undefined) {
    const read = readSettings(file);
    if ('problems' in read) throw new OpsError('config-invalid', read.problems.join('; '));
    return read.settings;
  }
  const { settings } = commandSettings();
  if (settings === undefined)
    throw new OpsError('config-invalid', 'there is no relight.yaml in this folder; specify it with --file');
  return settings;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new OpsError('config-invalid', `the message ${path} cannot be read`, { cause });
  }
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
