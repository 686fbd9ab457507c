import { failJob } from './aws-ledger.ts';
import { submitForm } from './forms.ts';
import { lead, press, waitForButton, waitForRecovery, waitForWords } from './responder.ts';
import { filesInThread, type ThreadFile } from './thread-files.ts';
import { until } from './until.ts';
import { goldJob, type World } from './world.ts';

/** Fails the gold job, resumes it, and fills in the postmortem form. Returns the two files in the thread. */
export async function recoverAndDocument(world: World): Promise<readonly ThreadFile[]> {
  await failJob(world, goldJob, 'spot-interruption');
  await press(world, lead, await waitForButton(world, 'step-resumed', 'Resume training'));
  await waitForRecovery(world);
  await submitForm(world, lead, await waitForButton(world, 'step-document', 'Document'), {
    cause: 'No spot capacity in the zone.',
    helped: 'The checkpoint of five minutes before.',
    prevention: 'Add a second subnet.',
    owner: 'Mira',
    due: new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10),
  });
  await waitForWords(world, 'step-postmortem', 'Postmortem written');
  return until(async () => {
    const found = await filesInThread(world);
    return found.length >= 2 && found;
  }, 'the files to stand in the thread');
}
