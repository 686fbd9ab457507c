import type { App } from '@slack/bolt';
import { asOpsError } from '../../errors.ts';
import { stateOf } from '../../incidents/model/incident.ts';
import { S3Uri } from '../../ports/basics.ts';
import { type ListenerServices, onButton } from '../clicks/answer.ts';
import type { ClickResponse } from '../clicks/click.ts';
import { onSubmission } from '../clicks/submission.ts';
import { actionIds, checkpointFolderFormId, type StepRef } from '../ids.ts';
import { type FormContent, formView } from '../views/form.ts';

const form: FormContent = {
  title: 'Name the folder',
  asks: 'The folder in S3 in which this job keeps its checkpoints, or a folder above it. Relight looks there for 7 days, and tries the step again.',
  fields: [{ key: 'folder', label: 'Folder', kind: 'text', hint: 's3://bucket/prefix/' }],
  problems: ({ folder }) =>
    S3Uri.safeParse(folder?.trim()).success ? {} : { folder: 'It must look like s3://bucket/prefix/.' },
};

/** The button of a step that found no checkpoint, and its form: a person names the folder, and the step runs again. */
export function listenForCheckpointFolders(app: App, services: ListenerServices): void {
  onButton(app, services, actionIds.nameFolder, async (ref, { trigger, target }) => {
    if (!(await isOpen(services, ref))) return { kind: 'not-current' };
    const view = formView(ref, form, { id: checkpointFolderFormId, thread: target.thread });
    await services.client.views.open({ trigger_id: trigger, view });
    return undefined;
  });
  onSubmission(app, services, checkpointFolderFormId, {
    formOf: async (ref) => ((await isOpen(services, ref)) ? form : undefined),
    record: async (ref, requester, _form, { folder: typed }): Promise<ClickResponse> => {
      const { job } = await services.store.load(ref.incident);
      const folder = S3Uri.parse(typed?.trim());
      const refusal = await refusalOf(services, job, folder);
      if (refusal !== undefined) {
        // Whoever may not name a folder is told that, and nothing about the folders that are allowed.
        const may = await services.intents.mayRetry(ref, requester);
        return may.kind === 'recorded' ? { kind: 'unfit', field: 'folder', says: refusal } : may;
      }
      const result = await services.intents.retry(ref, requester);
      // The retry decides who may do this; the step runs only after this returns.
      if (result.kind === 'recorded') await services.checkpointFolders.name(job, folder);
      return result;
    },
  });
}

/** Why the job may not resume from there, in one line for the form. */
async function refusalOf(
  { checkpointFolders }: ListenerServices,
  job: string,
  folder: Parameters<ListenerServices['checkpointFolders']['name']>[1],
): Promise<string | undefined> {
  try {
    await checkpointFolders.require(job, folder);
    return undefined;
  } catch (thrown) {
    return asOpsError(thrown).message;
  }
}

async function isOpen({ store }: ListenerServices, { incident, step, attempt }: StepRef): Promise<boolean> {
  const state = stateOf(await store.load(incident), step);
  return state.status === 'failed' && state.attempt === attempt;
}
