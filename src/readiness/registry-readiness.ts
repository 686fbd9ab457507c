import { asFolder, parentOf } from '../checkpoints/folders.ts';
import { counted } from '../in-words.ts';
import type { TrainingJob } from '../ports/ports.ts';
import type { ReadinessAccount, RegisteredModel, RegisteredModels } from './account.ts';
import { measured, notMeasured } from './measured.ts';
import type { ReadinessCheck, ReadinessFinding } from './readiness.ts';
import type { JobsRead } from './recent-jobs.ts';

/** Each version takes a DescribeModelPackage call. */
const maxVersions = 300;

/** The completed jobs whose model the registry does not track. */
export async function registryReadiness(
  { jobs, unmeasured }: JobsRead,
  account: Pick<ReadinessAccount, 'models'>,
): Promise<ReadinessCheck> {
  const part = 'registry';
  const completed = jobs.filter(({ status, modelUri }) => status === 'Completed' && modelUri !== undefined);
  const looked = counted(completed.length, 'completed job');
  const since = completed.reduce((first, { createdAt }) => Math.min(first, createdAt), Infinity);
  if (completed.length === 0) return { part, looked, findings: [], unmeasured: [...unmeasured] };
  const models = await measured('sagemaker:ListModelPackages', () => account.models(since, maxVersions));
  if ('unmeasured' in models) return { part, ...notMeasured(models.unmeasured) };
  const untracked = completed.filter((job) => !models.value.found.some((model) => isOf(job, model)));
  const unread = unreadIn(models.value);
  // A version that could not be read may be the one of a job that seems untracked.
  const uncertain = unread !== undefined && untracked.length > 0;
  return {
    part,
    looked: `${looked}, ${counted(models.value.found.length, 'version')}`,
    findings: uncertain ? [] : untracked.map(untrackedModel),
    unmeasured: [...unmeasured, ...(uncertain ? [unread, ...untracked.map(perhapsUntracked)] : [])],
  };
}

/** The registry names the job or its model; or a file from its checkpoints, such as a merged adapter. */
function isOf({ name, modelUri, checkpointUri }: TrainingJob, { job, artifacts }: RegisteredModel): boolean {
  if (job === name) return true;
  const folder = modelUri && parentOf(modelUri);
  const folders = [folder, checkpointUri && asFolder(checkpointUri)].flatMap((one) => one ?? []);
  return artifacts.some(
    (artifact) => artifact === modelUri || folders.some((one) => artifact.startsWith(one)),
  );
}

function untrackedModel({ name, modelUri = 's3://' }: TrainingJob): ReadinessFinding {
  return {
    what: `the model of ${name} is in no model package (${modelUri})`,
    fix: 'register it with CreateModelPackage and MetadataProperties.GeneratedBy, as the last step of the pipeline',
  };
}

function perhapsUntracked({ name }: TrainingJob): ReadinessFinding {
  return { what: `whether the registry tracks the model of ${name}`, fix: 'See the line above.' };
}

function unreadIn({ denied, cut }: RegisteredModels): ReadinessFinding | undefined {
  if (denied > 0)
    return {
      what: `${counted(denied, 'model package')} that AWS denied`,
      fix: 'Allow sagemaker:DescribeModelPackage on them for Relight’s role (see deploy/iam/observer.json).',
    };
  return cut ? { what: 'older model packages', fix: `Only the newest ${maxVersions} are read.` } : undefined;
}
