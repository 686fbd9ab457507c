import { DataReport } from '../../training-data/data-report.ts';
import { reportInWords } from '../../training-data/report-in-words.ts';
import { SchemaChoice, selectSchema } from '../../training-data/tier-data.ts';
import { defineAction, S3Uri, z } from '../define.ts';

export const validateTrainingData = defineAction({
  name: 'validate-training-data',
  effect: 'read',
  judges: true,
  title: 'Check the training data',
  does: 'Reads every record of the training data and reports which are broken, where and why.',
  input: z.object({
    /** Objects, folders or manifests. Test data next to the training data is checked for leaks. */
    uris: z.array(S3Uri).min(1),
    tier: z.string(),
    /** Overrides the schema of the tier in relight.yaml. */
    schema: SchemaChoice.optional(),
  }),
  output: DataReport,
  report: reportInWords,
  run: async ({ uris, tier, schema }, { dataScans, tiersData }) =>
    dataScans.report({ uris, ...selectSchema(tiersData, tier, schema) }),
});
