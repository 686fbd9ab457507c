import { append } from '../../ports/collections.ts';
import type { Findings } from '../checkpoint-finding.ts';
import { type CheckpointView, type Listing, within } from '../checkpoint-view.ts';
import { checkDeepSpeed } from './deepspeed.ts';
import { hasAny, type Layout } from './layout.ts';
import { missing } from './shards.ts';
import { isNamed, latest, tracked } from './tracker.ts';

/** https://github.com/OpenRLHF/OpenRLHF/blob/main/openrlhf/trainer/ppo_trainer.py */
const parts = ['_actor', '_critic'] as const;

/** OpenRLHF: `_actor/` and `_critic/`, each a DeepSpeed folder with its own `latest`. Both must be at the same step. */
export const openrlhf: Layout = {
  name: 'openrlhf',
  words: 'OpenRLHF (DeepSpeed for actor and critic)',
  tracker: latest,
  detect: (listing) => hasAny(listing, /^_(?:actor|critic)\/[^/]+\/.*_states\.pt$/),
  finished: async ({ siblings }) =>
    (await Promise.all(siblings.map((each) => isNamed(each, latest)))).every((named) => named),
  check: async (view) => {
    const findings: Findings = [];
    for (const [index, part] of parts.entries()) append(findings, await checkPart(view, part, index));
    return findings;
  },
};

async function checkPart(
  view: CheckpointView,
  part: (typeof parts)[number],
  index: number,
): Promise<Findings> {
  const siblings = view.siblings[index];
  if (siblings === undefined) return [];
  const folder = folderOf(part);
  const found =
    folder(view) === undefined
      ? missing(view, [`${part}/${siblings.own}`], 'invalid', 'actor and critic must be at the same step')
      : await checkDeepSpeed(within(view, folder));
  const findings = await tracked(view, siblings, latest, found);
  return findings.map((finding) =>
    finding.file === latest.name ? { ...finding, file: `${part}/${latest.name}` } : finding,
  );
}

function folderOf(part: string): (listing: Listing) => string | undefined {
  const inPart = new RegExp(`^${part}/[^/]+/`);
  return ({ files }) =>
    [...files.keys()].map((name) => inPart.exec(name)?.[0]).find((found) => found !== undefined);
}
