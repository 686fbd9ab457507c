import { describe, expect, it } from 'vitest';
import { largerTypes, memoryOf, sameGpus } from '../../src/relaunch/instance-memory.ts';

const allowed = [
  'ml.p5.48xlarge',
  'ml.g5.4xlarge',
  'ml.g6e.4xlarge',
  'ml.g5.2xlarge',
  'ml.p4d.24xlarge',
  'ml.new.9xlarge',
];

describe('an instance with more memory', () => {
  it('has more of the memory that ran out and the same number of GPUs, smallest first', () => {
    expect(largerTypes('ml.g5.2xlarge', 'host', allowed)).toEqual(['ml.g5.4xlarge', 'ml.g6e.4xlarge']);
    expect(largerTypes('ml.g5.2xlarge', 'gpu', allowed)).toEqual(['ml.g6e.4xlarge']);
    expect(largerTypes('ml.p4d.24xlarge', 'gpu', allowed)).toEqual(['ml.p5.48xlarge']);
  });

  it('is undefined for a type that is not in the table', () => {
    expect(memoryOf('ml.new.9xlarge')).toBeUndefined();
    expect(largerTypes('ml.new.9xlarge', 'gpu', allowed)).toEqual([]);
    expect(largerTypes(undefined, 'gpu', allowed)).toEqual([]);
    expect(sameGpus('ml.new.9xlarge', allowed)).toEqual(['ml.new.9xlarge']);
  });

  it('may be another type with the same number of GPUs, listed after the job’s own', () => {
    expect(sameGpus('ml.g5.2xlarge', allowed)).toEqual(['ml.g5.2xlarge', 'ml.g5.4xlarge', 'ml.g6e.4xlarge']);
  });
});
