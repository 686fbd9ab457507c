import { asOpsError, OpsError } from '../errors.ts';
import type { Files, KeptFile } from '../ports/files.ts';
import type { Answers } from '../ports/form-fields.ts';
import type { IncidentRecord, Records } from '../ports/record.ts';
import { type Durations, durationsInWords, durationsOf, recoveryInWords } from './durations.ts';
import { markdownOf } from './markdown.ts';
import { followUpsOf } from './postmortem-form.ts';
import { pngOf } from './svg.ts';
import { timelinePicture } from './timeline-picture.ts';
import type { WrittenPostmortem } from './written-postmortem.ts';

interface WriteUpPorts {
  readonly record: Records;
  readonly files: Files;
  readonly clock: { readonly now: () => number };
}

/** Writes the document and the picture from the journal and the answers, which are empty if nobody was asked. */
export async function writeUp(
  incident: string,
  answers: Answers,
  ports: WriteUpPorts,
): Promise<WrittenPostmortem> {
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
}

/** If a Slack mention or user id was typed, returns that person's name. */
async function ownerIn({ owner = '' }: Answers, { record }: WriteUpPorts): Promise<string> {
  const [, id] = /^<?@?([UW][A-Z0-9]{2,30})(?:\|[^>]{0,80})?>?$/.exec(owner.trim()) ?? [];
  return (id === undefined ? undefined : await record.nameOf(id)) ?? owner;
}

/** The document is written even if its picture cannot be drawn. */
async function draw(
  record: IncidentRecord,
  durations: Durations,
  { files }: WriteUpPorts,
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
    if (!(thrown instanceof OpsError)) throw thrown;
    return { files: [], trouble: [`The timeline picture could not be created: ${thrown.message}`] };
  }
}
