import type { StoredFile } from '../ports.ts';
import { commonDamage, longestPointer } from './check.ts';
import type { Finding } from './finding.ts';
import { checkStateFiles } from './hf-state-files.ts';
import { checkWeights } from './hf-weights.ts';
import { findingsOf, type Look } from './look.ts';
import { parseJson } from './loose-json.ts';
import { checkTrainerState } from './trainer-state.ts';

/** The Trainer writes it last, so it is the sign that a checkpoint is finished. */
export const marker = 'trainer_state.json';

/** Read by the Trainer where they are there: broken ones stop the resume. */
const configs = ['config.json', 'adapter_config.json'];

/** The layout of the Hugging Face Trainer and of TRL, checked file by file; the grade follows from the findings. */
export async function checkHfCheckpoint(look: Look): Promise<Finding[]> {
  return [
    ...(await checkMarker(look)),
    ...(await checkWeights(look)),
    ...(await checkStateFiles(look)),
    ...(await checkConfigs(look)),
    ...(await checkSmallFiles(look)),
  ];
}

async function checkMarker(look: Look): Promise<Finding[]> {
  const file = look.files.get(marker);
  if (file !== undefined) return findingsOf(look, file, await checkTrainerState(look.open(file), look.step));
  return [
    {
      file: marker,
      severity: 'invalid',
      says: 'is missing: it is written last, so this checkpoint was never finished',
    },
  ];
}

async function checkConfigs(look: Look): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const name of configs) {
    const file = look.files.get(name);
    if (file !== undefined) findings.push(...(await checkConfig(look, file)));
  }
  return findings;
}

async function checkConfig(look: Look, file: StoredFile): Promise<Finding[]> {
  const bytes = await look.open(file).whole();
  if (bytes === undefined) return [];
  const damage =
    commonDamage(file.size, bytes) ??
    (parseJson(new TextDecoder().decode(bytes)) === undefined
      ? 'was cut or damaged: it is not whole JSON'
      : undefined);
  return damage === undefined ? [] : [{ file: file.name, severity: 'invalid', says: damage }];
}

/** Tokenizer, chat template and the like: a resume does not need them, whoever uses the model later does. */
async function checkSmallFiles(look: Look): Promise<Finding[]> {
  const findings: Finding[] = [];
  const small = [...look.files.values()].filter(
    (file) => file.size < longestPointer && !look.opened.has(file.name),
  );
  for (const file of small.slice(0, 20)) {
    const bytes = (await look.open(file).whole()) ?? new Uint8Array();
    const says = commonDamage(file.size, bytes);
    if (says !== undefined) findings.push({ file: file.name, severity: 'note', says });
  }
  return findings;
}
