/** The job of the seed that fails first. */
const demoJob = 'srl-rlvr-gold-20251104';

/** By the playbook that it ends up in, what is sent to `POST /_sandbox/fail`. */
export const scenarios: Readonly<Record<string, readonly object[]>> = {
  'spot-interruption': [{ job: demoJob, kind: 'spot-interruption' }],
  'out-of-memory': [{ job: demoJob, kind: 'out-of-memory' }],
  'invalid-data': [{ job: demoJob, kind: 'data' }],
  'bad-checkpoint': [{ job: demoJob, kind: 'spot-interruption', damage: 'corrupt-inside' }],
  'model-degradation': [{ endpoint: 'srl-rlvr-gold-prod', kind: 'model-degraded' }],
  'system-failure': [
    { job: demoJob, kind: 'internal' },
    { job: 'srl-rlvr-silver-20251103', kind: 'internal' },
  ],
  // It has not saved a checkpoint yet: nothing is left but to begin anew.
  'restart-from-scratch': [{ job: 'srl-rlvr-silver-20251103', kind: 'internal' }],
  // It has trained for 40 minutes without one: the RPO of its tier is 30.
  'checkpoints-stopped': [{ job: 'srl-rlvr-silver-20251103', kind: 'checkpoints-stop' }],
  investigate: [{ job: demoJob, kind: 'crash' }],
  none: [],
};
