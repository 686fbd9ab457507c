import { plainName, readCount, type Setting, type Settings } from '../job-arguments.ts';
import type { Quantity } from '../recipe.ts';

/** Names of the batch for which no GPU memory of a training step is needed. */
const elsewhere =
  /(^|_)(eval|evaluation|val|valid|validation|test|predict|infer|inference|rollout|generation|generate|gen|buffer|forward|log_?probs?|logprobs?|ref|reward|rm|prompts?|critic|num|max|min|preprocessing|vllm|start|rampup|warmup|tokenize|map|auto)(_|$)/;

/** What one GPU holds at a time, as the name says: `micro_batch_size`, `train_micro_batch_size_per_gpu`. */
const ofOneGpu =
  /(^|_)(micro|microbatch|per_gpu|per_device|per_core|per_rank|device|local)(_|$)|^(samples|imgs)_per_gpu$|^mbs$/;
const ofAllGpus = /(^|_)(global|total|effective)(_|$)|^gbs$/;
const aBatch =
  /(^|_)(mini_?|micro_?)?(batch_?si?ze?|bsz)(_training|_per_(gpu|device|core|rank))?$|^(train_|micro_?|mini_?)?(batch|bs)$|^(samples|imgs)_per_gpu$|^[mg]bs$/;

/** Gradient accumulation, as trainers and scripts call it; a section may come before it: `trainer.accumulate_grad_batches`. */
const accumulation =
  /^(grad(ient)?_?acc(um(ulation|ulate|ulations)?)?(_(steps?|iters?|every|factor|batches))?|accum(ulation|ulate)?_(steps?|iters?|grad|freq|grad_batches)|iters_to_accumulate|update_freq)$/;

export type BatchKind = 'one-gpu' | 'all-gpus' | 'unclear';

/** Which batch the name of an argument tells, if any: a section such as `data.` before it does not matter. */
function batchKind({ name, key, alone }: Setting): BatchKind | undefined {
  const last = lastPart(name);
  const around = [last, sectionOf(name), ...(alone ? [] : [plainName(key)])];
  if (!aBatch.test(last) || around.some((part) => elsewhere.test(part))) return undefined;
  if (ofAllGpus.test(last)) return 'all-gpus';
  return ofOneGpu.test(last) ? 'one-gpu' : 'unclear';
}

export function batchesIn(settings: Settings, kind: BatchKind): Setting[] {
  return settings.all.filter((one) => batchKind(one) === kind);
}

/** The one accumulation that the job sets; undefined if there is none. */
export function accumulationIn(settings: Settings): Setting | undefined {
  return settings.all.find(({ name }) => accumulation.test(lastPart(name)));
}

export function asQuantity(settings: Settings, setting: Setting): Quantity | undefined {
  const before = readCount(settings.text(setting));
  return before === undefined ? undefined : { name: setting.name, before, setting };
}

export function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

function sectionOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('.'))).replaceAll('.', '_');
}
