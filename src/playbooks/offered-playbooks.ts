import type { Remedy } from '../diagnosis/rules/rule.ts';
import type { Strategy, Suspect } from '../diagnosis/strategy.ts';
import { type FailureKind, failureWords } from '../ports/failure-kind.ts';
import type { Offer } from '../ports/form-fields.ts';

/** The parts of a diagnosis that decide which playbooks its form offers. */
interface Diagnosed {
  readonly kind: FailureKind;
  readonly suspects?: readonly Suspect[] | undefined;
  readonly offers?: readonly Strategy[] | undefined;
  readonly remedy?: Remedy | undefined;
  /** The job that this one was launched to recover, if that one failed for an unknown cause as well. */
  readonly resumedAfter?: string | undefined;
}

const resume = ['spot-interruption', 'Resume as it is'] as const;
const moreMemory = ['out-of-memory', 'Retry with less memory'] as const;

/** The playbook for a suspected kind; kinds without one need a person's correction first. */
const forKind: Partial<Record<FailureKind, readonly [playbook: string, label: string]>> = {
  spot_interruption: resume,
  capacity: resume,
  internal: resume,
  hardware: resume,
  time_limit: resume,
  oom_gpu: moreMemory,
  oom_host: moreMemory,
  disk_full: ['disk-full', 'Retry with more storage'],
  data: ['invalid-data', 'Check the data'],
  bad_checkpoint: ['bad-checkpoint', 'Resume from the previous checkpoint'],
  hang_or_nccl: ['training-hang', 'Resume after a hang'],
  dependency_install: ['dependency-pin', 'Pin the package'],
};

/** Playbooks that recover by launching a copy of the job, without a change before it that may take long. */
const launching: ReadonlySet<string> = new Set([
  'spot-interruption',
  'out-of-memory',
  'disk-full',
  'bad-checkpoint',
  'training-hang',
  'dependency-pin',
  'restore-instance-count',
  'restart-from-scratch',
  'restore-from-backup',
]);

export function onlyLaunches(playbook: string): boolean {
  return launching.has(playbook);
}

/** The likeliest playbooks of a diagnosis that nothing follows from: each is one click away, and waits for it. */
export function offersAfter({ diagnosis }: { readonly diagnosis: Diagnosed }): readonly Offer[] {
  const { kind, suspects = [], offers = [], remedy, resumedAfter } = diagnosis;
  if (remedy === 'restore_instance_count')
    return [
      offer('restore-instance-count', 'Restore the instance count', 'another number of ranks saved it'),
    ];
  if (kind === 'unknown' && offers.length > 0) return resumedAfter === undefined ? [once(offers)] : [];
  const likely = suspects.flatMap((suspect) => {
    const [playbook, label] = forKind[suspect.kind] ?? [];
    const why = `suspected cause: ${failureWords[suspect.kind]}. ${suspect.why}`;
    return playbook === undefined || label === undefined ? [] : [offer(playbook, label, why)];
  });
  return likely.filter(({ label }, index) => likely.findIndex((one) => one.label === label) === index);
}

/** Safe for most causes: it repeats at most the work since the checkpoint. */
function once(offers: readonly Strategy[]): Offer {
  return offers.includes('restart_from_scratch')
    ? offer('spot-interruption', 'Start over once', 'it keeps no checkpoints. A passing fault will not recur')
    : offer(
        'spot-interruption',
        'Resume once from the checkpoint',
        'continues from the newest good checkpoint. It helps against a passing fault, and shows whether the failure recurs',
      );
}

function offer(playbook: string, label: string, why: string): Offer {
  return { label, why, answers: { playbook, why: 'Relight offered it' } };
}
