import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { failJob } from './aws-ledger.ts';
import { submitForm } from './forms.ts';
import { click, lead, waitForButton, waitForRecovery, waitForText } from './responder.ts';
import { until } from './until.ts';
import { getJson, goldJob, type World } from './world.ts';

const File = z.object({ name: z.string(), sha256: z.string() });
const Ledger = z.object({ messages: z.array(z.object({ files: z.array(File).default([]) })) });

interface ThreadFile {
  readonly name: string;
  readonly text: string;
}

/** Fails the gold job, resumes it, and fills in the postmortem form. Returns the two files in the thread. */
export async function recoverAndDocument(world: World): Promise<readonly ThreadFile[]> {
  await failJob(world, goldJob, 'spot-interruption');
  await click(world, lead, await waitForButton(world, 'step-resumed', 'Resume training'));
  await waitForRecovery(world);
  await submitForm(world, lead, await waitForButton(world, 'step-document', 'Document'), {
    cause: 'No spot capacity in the zone.',
    helped: 'The checkpoint from five minutes before.',
    prevention: 'Add a second subnet.',
    owner: 'Mira',
    due: new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10),
  });
  await waitForText(world, 'step-postmortem', 'Postmortem written');
  return until(async () => {
    const found = await filesInThread(world);
    return found.length >= 2 && found;
  }, 'the files in the thread');
}

/** Every file posted in Slack, with its bytes from the vault, where the key is the SHA-256 of the upload. */
async function filesInThread(world: World): Promise<ThreadFile[]> {
  const { messages } = Ledger.parse(await getJson(`${world.slack.url}/_sandbox/ledger`));
  const s3 = new S3Client({
    endpoint: world.region.url,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const files = await Promise.all(
    messages
      .flatMap(({ files: all }) => all)
      .map(async ({ name, sha256 }) => {
        const kept = await s3.send(
          new GetObjectCommand({ Bucket: 'srl-rlvr-audit', Key: `files/${sha256}` }),
        );
        return { name, text: (await kept.Body?.transformToString()) ?? '' };
      }),
  );
  s3.destroy();
  return files;
}
