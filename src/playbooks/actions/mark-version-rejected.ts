import { z } from 'zod';
import { defineAction } from '../define.ts';
import { Version, versionName } from '../models/version.ts';

const Marked = z.object({ version: z.string(), note: z.string() });

export const markVersionRejected = defineAction({
  name: 'mark-version-rejected',
  effect: 'change',
  title: 'Mark the bad version',
  does: 'Marks the version that got worse as rejected in the registry, so that nothing falls back to it.',
  approver: 'lead',
  button: 'Mark it rejected',
  input: z.object({ bad: Version, incident: z.string() }),
  output: Marked,
  report: ({ version, note }) => ({
    headline: `${version} is rejected`,
    facts: [{ label: 'Note', value: note }],
  }),
  preview: async ({ bad, incident }) => {
    const note = noteFor(incident);
    return {
      headline: `Mark ${versionName(bad)} as rejected`,
      request: { ModelPackageArn: bad.arn, ModelApprovalStatus: 'Rejected', ApprovalDescription: note },
      differences: [
        { field: 'ModelApprovalStatus', before: bad.approval, after: 'Rejected' },
        { field: 'ApprovalDescription', after: note, why: 'says which incident found it out' },
      ],
      warnings: [
        'A change of approval goes out through EventBridge: pipelines of your own that deploy on it may start',
      ],
    };
  },
  run: async (_proposal, { bad, incident }, { models }, token) => {
    const note = noteFor(incident);
    await models.reject(bad.arn, note, token);
    return { version: versionName(bad), note };
  },
});

function noteFor(incident: string): string {
  return `Got worse in production: Relight incident ${incident}`;
}
