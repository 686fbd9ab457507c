import { nameOf } from '../folders.ts';
import { checkHfCheckpoint, marker } from './hf-checkpoint.ts';
import { hasAny, type Layout } from './layout.ts';

/** Files that nobody but the Trainer writes. */
const own = /^(?:trainer_state\.json|training_args\.bin|rng_state(?:_\d+)?\.pth)$/;
const usual =
  /^(?:(?:adapter_|generation_)?config\.json|(?:adapter_)?model.*\.safetensors.*|(?:pytorch|adapter)_model.*\.bin.*|optimizer\.(?:pt|bin)|scheduler\.pt|tokenizer.*|chat_template\..*)$/s;

/** Hugging Face Trainer and TRL: needs weights and `trainer_state.json`; without optimizer, scheduler or random state it is degraded. */
export const hfTrainer: Layout = {
  name: 'hf-trainer',
  words: 'Hugging Face Trainer or TRL',
  detect: (listing) =>
    hasAny(listing, own) || (/^checkpoint-\d+$/.test(nameOf(listing.uri)) && hasAny(listing, usual)),
  marker,
  check: checkHfCheckpoint,
};
