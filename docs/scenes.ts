import { goldJob } from '../test/support/world.ts';

/** A moment of a playbook to take a picture of. */
export interface Moment {
  /** `<playbook>-<number>-<what-it-shows>`: the page finds pictures by this name. */
  readonly name: string;
  /** The button or text that is in the thread at that moment. */
  readonly waitsFor: { readonly button: string } | { readonly words: RegExp };
  /** The next action of the person. */
  readonly next?: 'press' | 'fill in';
}

export interface Scene {
  readonly failures: readonly object[];
  /** A slash command that opens the incident, if no alarm does so soon enough. */
  readonly opening?: string;
  /** A slash command for an open incident. */
  readonly command?: string;
  readonly moments: readonly Moment[];
}

const silverJob = 'srl-rlvr-silver-20251103';

export const scenes: Readonly<Record<string, Scene>> = {
  'spot-interruption': {
    failures: [{ job: goldJob, kind: 'spot-interruption' }],
    moments: [
      {
        name: 'spot-interruption-1-what-would-be-launched',
        waitsFor: { button: 'Resume training' },
        next: 'press',
      },
      { name: 'spot-interruption-2-training-again', waitsFor: { button: 'Document' }, next: 'fill in' },
      { name: 'spot-interruption-3-the-postmortem', waitsFor: { words: /Timeline of/ } },
    ],
  },
  'out-of-memory': {
    failures: [{ job: goldJob, kind: 'out-of-memory' }],
    moments: [
      {
        name: 'out-of-memory-1-what-would-fit-and-what-would-be-sent',
        waitsFor: { button: 'Retry with this batch' },
        next: 'press',
      },
      { name: 'out-of-memory-2-training-again', waitsFor: { button: 'Document' } },
    ],
  },
  'disk-full': {
    failures: [{ job: goldJob, kind: 'disk-full' }],
    moments: [
      {
        name: 'disk-full-1-which-path-was-full-and-what-would-be-launched',
        waitsFor: { button: 'Retry on this instance' },
        next: 'press',
      },
      { name: 'disk-full-2-training-again', waitsFor: { button: 'Document' } },
    ],
  },
  'dependency-pin': {
    failures: [{ job: goldJob, kind: 'dependency' }],
    moments: [
      {
        name: 'dependency-pin-1-the-line-of-requirements',
        waitsFor: { button: 'Retry with this pin' },
        next: 'press',
      },
      { name: 'dependency-pin-2-training-again', waitsFor: { button: 'Document' } },
    ],
  },
  'training-hang': {
    failures: [{ job: goldJob, kind: 'hang' }],
    moments: [
      {
        name: 'training-hang-1-the-rank-that-failed-first',
        waitsFor: { button: 'Resume once' },
        next: 'press',
      },
      { name: 'training-hang-2-training-again', waitsFor: { button: 'Document' } },
    ],
  },
  'restore-instance-count': {
    failures: [{ job: goldJob, kind: 'crash' }],
    command: `start restore-instance-count ${goldJob}`,
    moments: [
      {
        name: 'restore-instance-count-1-the-instances-of-the-checkpoint',
        waitsFor: { button: 'Resume on these instances' },
        next: 'press',
      },
      { name: 'restore-instance-count-2-training-again', waitsFor: { button: 'Document' } },
    ],
  },
  'invalid-data': {
    failures: [{ job: goldJob, kind: 'data' }],
    moments: [
      {
        name: 'invalid-data-1-what-is-broken-and-what-would-be-fixed',
        waitsFor: { button: 'Fix the data' },
        next: 'press',
      },
      {
        name: 'invalid-data-2-the-fixed-copy',
        waitsFor: { button: 'Retry with the fixed data' },
        next: 'press',
      },
      { name: 'invalid-data-3-training-again', waitsFor: { button: 'Document' } },
    ],
  },
  'bad-checkpoint': {
    failures: [{ job: goldJob, kind: 'spot-interruption', damage: 'corrupt-inside' }],
    moments: [
      {
        name: 'bad-checkpoint-1-a-checkpoint-that-looks-whole',
        waitsFor: { button: 'Resume training' },
        next: 'press',
      },
      { name: 'bad-checkpoint-2-the-one-before', waitsFor: { button: 'Resume training' }, next: 'press' },
      { name: 'bad-checkpoint-3-training-again', waitsFor: { button: 'Decide' } },
    ],
  },
  'model-degradation': {
    failures: [{ endpoint: 'srl-rlvr-gold-prod', kind: 'model-degraded' }],
    moments: [
      {
        name: 'model-degradation-1-the-version-before',
        waitsFor: { button: 'Promote this version' },
        next: 'press',
      },
      { name: 'model-degradation-2-restored', waitsFor: { button: 'Mark it rejected' }, next: 'press' },
      { name: 'model-degradation-3-what-changed-in-training', waitsFor: { button: 'Decide' } },
    ],
  },
  'system-failure': {
    failures: [
      { job: goldJob, kind: 'internal' },
      { job: silverJob, kind: 'internal' },
    ],
    command: `start system-failure ${goldJob}`,
    moments: [
      { name: 'system-failure-1-the-assessment', waitsFor: { button: 'Recover this job' }, next: 'press' },
      { name: 'system-failure-2-the-next-job', waitsFor: { button: 'Recover this job' }, next: 'press' },
      { name: 'system-failure-3-all-train-again', waitsFor: { button: 'Document' } },
    ],
  },
  'checkpoints-stopped': {
    // A worker's watch opens it too, on its second check.
    failures: [{ job: silverJob, kind: 'checkpoints-stop' }],
    opening: `start checkpoints-stopped ${silverJob}`,
    moments: [{ name: 'checkpoints-stopped-1-what-would-be-lost', waitsFor: { button: 'Decide' } }],
  },
  investigate: {
    failures: [{ job: goldJob, kind: 'crash' }],
    moments: [{ name: 'investigate-1-the-evidence', waitsFor: { button: 'Choose' } }],
  },
};
