/** The job of the seed that fails first. */
export const demoJob = 'srl-rlvr-gold-20251104';

/** By the playbook that it ends up in, what is sent to `POST /_sandbox/fail`. */
export const scenarios: Readonly<Record<string, readonly object[]>> = {
  'spot-interruption': [{ job: demoJob, kind: 'spot-interruption' }],
  'out-of-memory': [{ job: demoJob, kind: 'out-of-memory' }],
  'invalid-data': [{ job: demoJob, kind: 'data' }],
  'bad-checkpoint': [{ job: demoJob, kind: 'spot-interruption', damage: 'corrupt-inside' }],
  investigate: [{ job: demoJob, kind: 'crash' }],
  none: [],
};
