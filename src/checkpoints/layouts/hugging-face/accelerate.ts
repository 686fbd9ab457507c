import { append } from '../../../ports/collections.ts';
import type { CheckpointFinding, Findings } from '../../checkpoint-finding.ts';
import { type CheckpointView, type Listing, within } from '../../checkpoint-view.ts';
import { checkFile } from '../../formats/check-file.ts';
import { checkTorchZip } from '../../formats/torch-zip.ts';
import { checkDcp } from '../dcp.ts';
import { checkDeepSpeed } from '../deepspeed.ts';
import { hasAny, type Layout } from '../layout.ts';
import { goneSince, missing } from '../shards.ts';
import { checkWeights } from './hf-weights.ts';

const ofTrainer = /^(?:trainer_state\.json|training_args\.bin|rng_state(?:_\d+)?\.pth|scheduler\.pt)$/;
const own =
  /^(?:random_states_\d+\.pkl|scheduler(?:_\d+)?\.bin|sampler(?:_\d+)?\.bin|custom_checkpoint_\d+\.pkl)$/;
const randomState = /^random_states_\d+\.pkl$/;
/** Loaded without a fallback: https://github.com/huggingface/accelerate/blob/main/src/accelerate/checkpointing.py */
const state =
  /^(?:optimizer|scheduler|sampler|dl_state_dict)(?:_\d+)?\.bin$|^scaler\.pt$|^custom_checkpoint_\d+\.pkl$/;
const deepspeed = /^(pytorch_model(?:_\d+)?\/)[^/]*_states\.pt$/;
const [fsdpWeights, fsdpOptimizer, fullWeights] = [
  'pytorch_model_fsdp_0/',
  'optimizer_0/',
  'pytorch_model_fsdp.bin',
];

/** Accelerate's `save_state`, with a single process, DeepSpeed or FSDP. */
export const accelerate: Layout = {
  name: 'accelerate',
  words: 'Accelerate (save_state)',
  detect: (listing) => hasAny(listing, own) && !hasAny(listing, ofTrainer),
  check: async (view) => [
    ...(await checkModel(view)),
    ...(await checkStates(view)),
    ...missing(
      view,
      goneSince(view, (name) => state.test(name)),
      'invalid',
      'load_state fails without it',
    ),
    ...(await checkRandomStates(view)),
  ],
};

async function checkModel(view: CheckpointView): Promise<Findings> {
  const inDeepSpeed = folderIn(view);
  if (inDeepSpeed !== undefined) return checkDeepSpeed(within(view, folderIn));
  if (hasAny(view, /^(?:pytorch_model_fsdp|optimizer)_0\//))
    return [...(await checkFolder(view, fsdpWeights)), ...(await checkFolder(view, fsdpOptimizer))];
  const full = view.files.get(fullWeights);
  const weights = full === undefined ? checkWeights(view) : checkFile(view, full, checkTorchZip, 'weights');
  return [...(await weights), ...withoutOptimizer(view)];
}

function folderIn({ files }: Listing): string | undefined {
  return [...files.keys()].map((name) => deepspeed.exec(name)?.[1]).find((found) => found !== undefined);
}

async function checkFolder(view: CheckpointView, folder: string): Promise<Findings> {
  const inside = within(view, () => folder);
  return inside.files.size === 0
    ? missing(view, [folder], 'invalid', 'load_state fails without it')
    : checkDcp(inside);
}

function withoutOptimizer(view: CheckpointView): Findings {
  const has = ({ files }: Listing): boolean => files.has('optimizer.bin');
  if (has(view)) return [];
  // A script that prepares no optimizer never saves one.
  const severity = view.earlier.length > 0 && !view.earlier.some(has) ? 'degraded' : 'invalid';
  return missing(view, ['optimizer.bin'], severity, 'load_state fails if the script prepares an optimizer');
}

async function checkStates(view: CheckpointView): Promise<Findings> {
  const findings: Findings = [];
  for (const [name, file] of view.files)
    if (state.test(name)) append(findings, await checkFile(view, file, checkTorchZip, 'state'));
  return findings;
}

/** Accelerate goes on without them and only writes a line to the log. */
async function checkRandomStates(view: CheckpointView): Promise<Findings> {
  const says = 'random numbers will differ from the run that failed, and load_state does not report it';
  const findings = missing(
    view,
    goneSince(view, (name) => randomState.test(name)),
    'degraded',
    says,
  );
  for (const [name, file] of view.files)
    if (randomState.test(name))
      append(findings, (await checkFile(view, file, checkTorchZip, 'state')).map(asDegraded));
  return hasAny(view, randomState)
    ? findings
    : [...findings, ...missing(view, ['random_states_0.pkl'], 'degraded', says)];
}

function asDegraded(finding: CheckpointFinding): CheckpointFinding {
  return finding.severity === 'invalid' ? { ...finding, severity: 'degraded' } : finding;
}
