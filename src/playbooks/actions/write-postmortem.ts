import { asOpsError, OpsError } from '../../errors.ts';
import { counted } from '../../in-words.ts';
import { KeptFile } from '../../ports/files.ts';
import type { IncidentRecord } from '../../ports/record.ts';
import {
  type Durations,
  durationsInWords,
  durationsOf,
  recoveryInWords,
} from '../../postmortem/durations.ts';
import { markdownOf } from '../../postmortem/markdown.ts';
import { FollowUp, followUpsOf } from '../../postmortem/postmortem-form.ts';
import { pngOf } from '../../postmortem/svg.ts';
import { timelinePicture } from '../../postmortem/timeline-picture.ts';
import { type Answers, defineAction, type ReadPorts, saidBy, z } from '../define.ts';

const Written = z.object({
  /** How long the recovery took compared with the RTO, in one clause. */
  summary: z.string(),
  durations: z.array(z.object({ label: z.string(), value: z.string() })),
  followUps: z.array(FollowUp),
  trouble: z.array(z.string()),
  files: z.array(KeptFile),
});

export const writePostmortem = defineAction({
  name: 'write-postmortem',
  effect: 'read',
  afterEnd: true,
  title: 'Postmortem',
  does: 'Writes the postmortem from the journal and the answers above, and draws its timeline.',
  input: z.object({
    incident: z.string(),
    /** The answers of the preceding form, by field key. */
    answers: z.record(z.string(), z.string()),
  }),
  output: Written,
  report: ({ summary, durations, followUps, trouble }) => ({
    headline: `Postmortem written: ${summary}`,
    facts: durations,
    lines: [
      ...trouble,
      `It contains ${counted(followUps.length, 'follow-up')}.`,
      ...followUps.map(({ what, owner, due }) => `${what} (${owner}, by ${due})`),
    ],
  }),
  run: async ({ incident, answers }, ports) => {
    const record = await ports.record.of(incident);
    const durations = durationsOf(record);
    const owner = await ownerIn(answers, ports);
    const followUps = [...followUpsOf({ ...answers, owner }, ports.clock.now())];
    const text = markdownOf({ record, durations, answers, followUps });
    const kept = await ports.files.keep(
      `postmortem-${incident}.md`,
      'text/markdown',
      new TextEncoder().encode(text),
    );
    const document = { ...kept, title: `Postmortem of ${record.job}` };
    const picture = await draw(record, durations, ports);
    return {
      summary: recoveryInWords(durations),
      durations: durationsInWords(durations).map(({ label, value, limit }) => ({
        label,
        value: limit === '' ? value : `${value} (${limit})`,
      })),
      followUps,
      trouble: picture.trouble,
      files: [document, ...picture.files],
    };
  },
});

/** If a Slack mention or user id was typed, returns that person's name. */
async function ownerIn({ owner = '' }: Answers, { record }: ReadPorts): Promise<string> {
  const [, id] = /^<?@?([UW][A-Z0-9]{2,30})(?:\|[^>]{0,80})?>?$/.exec(owner.trim()) ?? [];
  return (id === undefined ? undefined : await record.nameOf(id)) ?? owner;
}

/** The document is written even if its picture cannot be drawn. */
async function draw(
  record: IncidentRecord,
  durations: Durations,
  { files }: ReadPorts,
): Promise<{ files: KeptFile[]; trouble: string[] }> {
  try {
    const png = await pngOf(timelinePicture(record, durations)).catch((cause: unknown) => {
      throw new OpsError('file-unusable', `the timeline could not be drawn: ${asOpsError(cause).detail}`, {
        cause,
      });
    });
    const kept = await files.keep(`timeline-${record.incident}.png`, 'image/png', png);
    const alt = `The timeline of ${record.incident}: ${recoveryInWords(durations)}.`;
    return { files: [{ ...kept, title: `Timeline of ${record.job}`, alt }], trouble: [] };
  } catch (thrown) {
    return { files: [], trouble: [`The timeline picture could not be created: ${saidBy(thrown)}`] };
  }
}
