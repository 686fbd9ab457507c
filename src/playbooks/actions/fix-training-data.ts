import type { ObjectsBasis } from '../../ports/basis.ts';
import {
  differencesOf,
  headlineOf,
  resultInWords,
  warningsOf,
} from '../../training-data/fix/fix-in-words.ts';
import { defaultDropLimit, type FixJob, FixResult } from '../../training-data/fix/fix-job.ts';
import { FixName } from '../../training-data/fix/fixes.ts';
import { type FixChoice, fixChoiceFields, readFixChoice } from '../../training-data/fix/plan/fix-choices.ts';
import { requestOf, writesOf } from '../../training-data/fix/plan/fix-request.ts';
import { asFolder } from '../../training-data/fix/plan/target.ts';
import { freezeObjects } from '../../training-data/read/freeze-objects.ts';
import { SchemaChoice, selectSchema } from '../../training-data/tier-data.ts';
import type { ReadPorts } from '../define/action-ports.ts';
import { type Adjusted, type Answers, type AttemptKey, defineAction, S3Uri, z } from '../define.ts';

const Input = z.object({
  /** The object or prefix that the failed job reads, by channel. */
  inputs: z.record(z.string(), S3Uri),
  tier: z.string(),
  /** Overrides the schema of the tier in relight.yaml. */
  schema: SchemaChoice.optional(),
  /** Fixes that may change the meaning and were requested by name. */
  approved: z.array(FixName).readonly().optional(),
  /** Maximum share of records that may be lost, 0 to 1. */
  dropLimit: z.number().min(0).max(1).optional(),
});
type Input = z.infer<typeof Input>;

export const fixTrainingData = defineAction({
  name: 'fix-training-data',
  effect: 'change',
  title: 'Fix the training data',
  does: 'Writes a fixed copy of the training data to a new prefix and checks it; the original is not changed.',
  approver: 'responder',
  button: 'Fix the data',
  input: Input,
  output: FixResult,
  report: resultInWords,
  adjust: {
    button: 'Change what is fixed',
    asks: 'Some fixes can change the meaning of the data and are only applied if you select them here.',
    fields: (input) => fixChoiceFields(choiceOf(input)),
    apply,
  },
  preview: async (input, ports, key) => {
    const job = jobFor(input, ports, key);
    // Frozen before the dry run, so that a change during the dry run is detected.
    const reliesOn = await frozen(job, ports);
    const plan = await ports.dataFixes.plan(job);
    return {
      headline: headlineOf(plan),
      request: requestOf(job, plan),
      differences: differencesOf(plan, job),
      warnings: warningsOf(plan, job),
      terms: { undo: 'Can be undone: it writes a new copy, and the data that it reads stays as it is.' },
      reliesOn,
    };
  },
  sends: ({ request }) => writesOf(request),
  run: async ({ request }, _input, ports, token) => ports.dataFixes.run(request, token),
});

async function frozen({ sources }: FixJob, { datasets }: ReadPorts): Promise<ObjectsBasis[]> {
  return Promise.all(
    sources.map(({ channel, uri }) => freezeObjects(`the data of ${channel}`, uri, datasets)),
  );
}

function choiceOf({ approved = [], dropLimit = defaultDropLimit }: Input): FixChoice {
  return { approved, dropLimit };
}

function jobFor(input: Input, ports: ReadPorts, { id }: AttemptKey): FixJob {
  const { inputs, tier, schema } = input;
  return {
    sources: Object.entries(inputs).map(([channel, uri]) => ({ channel, uri })),
    ...selectSchema(ports.tiersData, tier, schema),
    ...choiceOf(input),
    target: `${asFolder(ports.fixedDataPrefix)}${id}/`,
  };
}

function apply(input: Input, answers: Answers): Adjusted<Input> {
  if (Object.keys(answers).length === 0) return { input };
  const choice = readFixChoice(choiceOf(input), answers);
  return 'wrong' in choice ? choice : { input: { ...input, ...choice } };
}
