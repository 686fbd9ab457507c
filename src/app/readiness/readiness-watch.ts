import type { Repeated } from '../../queue/repeated.ts';
import { isMeasurementDue } from '../../readiness/current-readiness.ts';
import type { Core } from '../core.ts';
import type { AwsAdapters } from '../steps/aws-adapters.ts';
import { accountReadiness } from './measure-readiness.ts';

const minute = 60_000;

/** Measures the account a few times a day, and when a person asks for it. */
export function readinessWatch(core: Core, aws: AwsAdapters): Repeated {
  const { readinessStore, clock } = core;
  return {
    name: 'readiness',
    everyMs: minute,
    work: async () => {
      const now = clock.now();
      if (!(await isMeasurementDue(readinessStore, now))) return;
      await readinessStore.write({ measuredAt: now, checks: [...(await accountReadiness(core, aws))] });
    },
  };
}
