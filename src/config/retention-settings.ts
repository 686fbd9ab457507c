import { z } from 'zod';

/** `retention_days` of relight.yaml. A fraction is for the sandbox and for tests: 0.001 is a minute and a half. */
export const RetentionDays = z
  .number()
  .min(0.001)
  .max(3_650)
  .default(30)
  .describe(
    'finished incidents are removed from Redis this long after their end, once the vault holds their journals; 0.5 is 12 hours',
  );
