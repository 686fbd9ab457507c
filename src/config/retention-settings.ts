import { z } from 'zod';

/** `retention_days` of relight.yaml. */
export const RetentionDays = z
  .number()
  .int()
  .min(1)
  .max(3_650)
  .default(30)
  .describe(
    'finished incidents are removed from Redis this long after their end, once the vault holds their journals',
  );
