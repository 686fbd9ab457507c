import { z } from 'zod';
import { DataReport } from '../../training-data/data-report.ts';
import { reportInWords } from '../../training-data/report-in-words.ts';
import { SchemaChoice, selectSchema } from '../../training-data/tier-data.ts';
import { defineAction, S3Uri } from '../define.ts';

export const validateTrainingData = defineAction({
  name: 'validate-training-data',
  effect: 'read',
  judges: true,
  title: 'Check the training data',
  does: 'Reads every record of the training data and says which are broken, where, and how.',
  input: z.object({
    /** Objects, folders or manifests. Test data beside the training data is looked through for leaks. */
    uris: z.array(S3Uri).min(1),
    tier: z.string(),
    /** In place of what relight.yaml says for the tier. */
    schema: SchemaChoice.optional(),
  }),
  output: DataReport,
  report: reportInWords,
  run: async ({ uris, tier, schema }, { dataScans, tiersData }) =>
    dataScans.report({ uris, ...selectSchema(tiersData, tier, schema) }),
});
