import { rejectCall, rejection, rejectionIn } from '../../models/model-calls.ts';
import { Version, versionName } from '../../models/version.ts';
import { defineAction, OpsError, z } from '../define.ts';

const Marked = z.object({ version: z.string(), note: z.string() });

export const markVersionRejected = defineAction({
  name: 'mark-version-rejected',
  effect: 'change',
  title: 'Reject the bad version',
  does: 'Marks the degraded version as rejected in the model registry, so that no rollback selects it.',
  approver: 'production-approver',
  policyClass: 'production',
  button: 'Mark it rejected',
  input: z.object({ bad: Version, incident: z.string() }),
  output: Marked,
  report: ({ version, note }) => ({
    headline: `${version} is rejected`,
    facts: [{ label: 'Note', value: note }],
  }),
  preview: async ({ bad, incident }, { models }) => {
    const note = noteFor(incident);
    // Read again: somebody may have changed it since the version was found.
    const { approval } = await models.registration(bad.arn);
    return {
      headline: `Mark ${versionName(bad)} as rejected`,
      request: rejection(bad.arn, note, approval),
      differences: [
        { field: 'ModelApprovalStatus', before: approval, after: 'Rejected' },
        { field: 'ApprovalDescription', after: note, why: 'names the incident that found the problem' },
      ],
      warnings: ['EventBridge publishes approval changes: pipelines that you trigger on them may start'],
      terms: {
        undo: 'The approval status can be set back in the registry; a pipeline that started meanwhile cannot be unstarted.',
      },
    };
  },
  sends: ({ request }, facts) => [rejectCall(request, facts)],
  run: async ({ request }, { bad }, { models }, token) => {
    const asked = rejectionIn(request);
    if (asked?.ModelPackageArn !== bad.arn)
      throw new OpsError(
        'approval-lapsed',
        'the request names another version, or is from an earlier Relight',
      );
    await models.reject(asked, token);
    return { version: versionName(bad), note: asked.ApprovalDescription };
  },
});

function noteFor(incident: string): string {
  return `Model quality degraded in production: Relight incident ${incident}`;
}
