import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { readConfigText } from './yaml/yaml-text.ts';

const Usd = z.number().positive();
const ByType = z.record(
  z.string().regex(/^ml\./, 'must be a SageMaker instance type such as ml.g5.2xlarge'),
  Usd,
);
const ByRegion = z.record(
  z.string().regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/, 'must be a Region such as us-east-1'),
  ByType,
);

/** `prices` of relight.yaml. `withPricesFrom` replaces the path of a file by its content before this is checked. */
export const Prices = z
  .union([ByRegion, z.string()], {
    error:
      'must be prices above 0 by Region and instance type, such as us-east-1: { ml.g5.2xlarge: 1.515 }, or the path of a file with them',
  })
  .transform((prices, context): z.infer<typeof ByRegion> => {
    if (typeof prices !== 'string') return prices;
    context.addIssue(
      `names the file ${prices}, which cannot be read as YAML or JSON; correct the path, relative to relight.yaml`,
    );
    return z.NEVER;
  });

/** The content of relight.yaml, with `prices` read from the file that it names. A file that cannot be read is left named. */
export function withPricesFrom(path: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('prices' in value)) return value;
  const { prices } = value;
  if (typeof prices !== 'string') return value;
  const file = readConfigText(resolve(dirname(path), prices));
  return 'value' in file ? { ...value, prices: file.value } : value;
}
