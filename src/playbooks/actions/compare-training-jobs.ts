import { counted, quote } from '../../in-words.ts';
import { KnownParameters, knownParameters } from '../../models/known-parameters.ts';
import type { JsonObject } from '../../ports/ports.ts';
import { difference } from '../../relaunch/request-difference.ts';
import { Difference, defineAction, OpsError, type ReadPorts, type Report, z } from '../define.ts';

const maxDifferences = 40;

const Compared = z.object({
  served: z.string(),
  fallback: z.string(),
  differences: z.array(Difference),
  /** The values that a retraining may change, from the job of the served version. */
  parameters: KnownParameters.optional(),
  trouble: z.string().optional(),
});
type Compared = z.infer<typeof Compared>;

export const compareTrainingJobs = defineAction({
  name: 'compare-training-jobs',
  effect: 'read',
  title: 'Training changes',
  does: 'Compares the training jobs of both versions field by field.',
  input: z.object({ served: z.string().optional(), fallback: z.string().optional() }),
  output: Compared,
  report,
  run: async ({ served, fallback }, ports) => {
    const names = { served: served ?? 'unknown', fallback: fallback ?? 'unknown' };
    if (served === undefined || fallback === undefined)
      return { ...names, differences: [], trouble: 'the registry does not record which jobs trained them' };
    try {
      const [before, after, { hyperParameters }] = await Promise.all([
        fieldsOf(fallback, ports),
        fieldsOf(served, ports),
        ports.training.describe(served),
      ]);
      const parameters = knownParameters(hyperParameters);
      return { ...names, parameters, differences: difference(before, after).slice(0, maxDifferences) };
    } catch (thrown) {
      if (!(thrown instanceof OpsError) || thrown.retry) throw thrown;
      return { ...names, differences: [], trouble: thrown.message };
    }
  },
});

/** The request that would recreate the job, without its name and tags. */
async function fieldsOf(job: string, { training }: ReadPorts): Promise<JsonObject> {
  const { source } = await training.draftClone(job, { name: job, tags: {} });
  const { TrainingJobName: _name, Tags: _tags, ...fields } = source;
  return fields;
}

function report({ served, fallback, differences, trouble }: Compared): Report {
  if (trouble !== undefined) return { headline: `The jobs cannot be compared: ${quote(trouble, 300)}` };
  return {
    headline:
      differences.length === 0
        ? `${served} was trained with the same settings as ${fallback}`
        : `${counted(differences.length, 'field')} changed from ${fallback} to ${served}`,
    lines: differences.map(
      ({ field, before, after }) =>
        `${field}: ${quote(before ?? 'not set', 120)} → ${quote(after ?? 'not set', 120)}`,
    ),
  };
}
