import { append } from '../../../ports/collections.ts';
import type { StoredFile } from '../../../ports/ports.ts';
import type { CheckpointFinding, Findings } from '../../checkpoint-finding.ts';
import type { CheckpointView } from '../../checkpoint-view.ts';
import { nameOf } from '../../folders.ts';
import { findingsOf } from '../../formats/check-file.ts';
import { checkWholeJson, pointersAmong } from '../../formats/small-files.ts';
import { checkTrainerState } from '../../formats/trainer-state.ts';
import { hasAny, type Layout } from '../layout.ts';
import { checkStateFiles } from './hf-state-files.ts';
import { checkUnreadWeights, checkWeights } from './hf-weights.ts';

/** Written last by the Trainer, so it marks a finished checkpoint. */
export const marker = 'trainer_state.json';

/** Files that only the Trainer writes. */
export const ownOfTrainer = /^(?:trainer_state\.json|training_args\.bin|rng_state(?:_\d+)?\.pth)$/;
const usual =
  /^(?:(?:adapter_|generation_)?config\.json|(?:adapter_)?model.*\.safetensors.*|(?:pytorch|adapter)_model.*\.bin.*|optimizer\.(?:pt|bin)|scheduler\.pt|tokenizer.*|chat_template\..*)$/s;

/** Hugging Face Trainer and TRL. Degraded without optimizer, scheduler or random state. */
export const hfTrainer: Layout = {
  name: 'hf-trainer',
  words: 'Hugging Face Trainer or TRL',
  detect: (listing) =>
    hasAny(listing, ownOfTrainer) || (/^checkpoint-\d+$/.test(nameOf(listing.uri)) && hasAny(listing, usual)),
  marker,
  check: checkHfCheckpoint,
};

/** PEFT reads it only for an adapter that the model does not have yet, which is not so when training resumes. */
const adapterConfig = 'adapter_config.json';
/** A broken config.json stops the resume. */
const configs = ['config.json', adapterConfig];

/** State that DeepSpeed or FSDP keeps in its own folders, so that the Trainer writes no file for it. */
export interface KeptElsewhere {
  readonly weights: boolean;
  /** DeepSpeed does not read the configuration of the model either. */
  readonly configs?: true;
  readonly states: readonly string[];
}

const nothing: KeptElsewhere = { weights: false, states: [] };

/** Checks the files of the Hugging Face Trainer and TRL one by one. The grade follows from the findings. */
export async function checkHfCheckpoint(view: CheckpointView, elsewhere = nothing): Promise<Findings> {
  return [
    ...(await checkMarker(view)),
    ...(await (elsewhere.weights ? checkUnreadWeights(view) : checkWeights(view))),
    ...(await checkStateFiles(view, elsewhere.states)),
    ...(await checkConfigs(view, elsewhere.configs === true)),
    ...(await checkSmallFiles(view)),
  ];
}

async function checkMarker(view: CheckpointView): Promise<Findings> {
  const file = view.files.get(marker);
  if (file !== undefined) return findingsOf(view, file, await checkTrainerState(view.open(file), view.step));
  return [
    {
      file: marker,
      severity: 'invalid',
      says: 'is missing: it is written last, so this checkpoint was never finished',
    },
  ];
}

async function checkConfigs(view: CheckpointView, isUnread: boolean): Promise<Findings> {
  const findings: Findings = [];
  for (const name of configs) {
    const file = view.files.get(name);
    if (file !== undefined) append(findings, findingsOf(view, file, await checkWholeJson(view.open(file))));
  }
  return findings.map((finding) =>
    isUnread || finding.file === adapterConfig ? { ...finding, severity: 'note' } : finding,
  );
}

/** Tokenizer, chat template and the like: not needed to resume, but needed to use the model later. */
async function checkSmallFiles(view: CheckpointView): Promise<Findings> {
  const isEmpty = ({ name, size }: StoredFile): boolean => size === 0 && !view.opened.has(name);
  const empty = [...view.files.values()].filter((file) => !file.name.includes('/') && isEmpty(file));
  return [
    ...empty
      .slice(0, 20)
      .map(({ name }): CheckpointFinding => ({ file: name, severity: 'note', says: 'is empty (0 bytes)' })),
    ...(await pointersAmong(view, 'note')),
  ];
}
