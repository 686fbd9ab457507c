import { counted } from '../../in-words.ts';
import { writeUp } from '../../postmortem/write-up.ts';
import { WrittenPostmortem } from '../../postmortem/written-postmortem.ts';
import { defineAction, z } from '../define.ts';

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
  output: WrittenPostmortem,
  report: ({ summary, durations, followUps, trouble }) => ({
    headline: `Postmortem written: ${summary}`,
    facts: durations,
    lines: [
      ...trouble,
      `It contains ${counted(followUps.length, 'follow-up')}.`,
      ...followUps.map(({ what, owner, due }) => `${what} (${owner}, by ${due})`),
      ...(followUps.length === 0 ? [] : ['To mark one as done: /relight follow-up']),
    ],
  }),
  run: async ({ incident, answers }, ports) => writeUp(incident, answers, ports),
});
