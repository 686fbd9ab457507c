import { createLogs } from '../../aws/cloudwatch/logs.ts';
import { describeRaw } from '../../aws/training/describe-job.ts';
import { parseDescribe } from '../../aws/training/describe-output.ts';
import { needsLog } from '../../diagnosis/classify-failure.ts';
import { readHosts } from '../../diagnosis/logs/read-hosts.ts';
import { OpsError } from '../../errors.ts';
import { hasEnded } from '../../training-job/job-state.ts';
import { type Diagnosed, diagnose } from './diagnosis-in-words.ts';
import { withClients } from './with-aws.ts';

export async function diagnoseLive(name: string): Promise<Diagnosed> {
  return withClients(async (clients) => {
    const job = parseDescribe(await describeRaw(clients.sagemaker.reads, name));
    if ('wrong' in job) throw new OpsError('unexpected', `DescribeTrainingJob ${name}: ${job.wrong}`);
    if (!hasEnded(job) || !needsLog(job)) return { job, diagnosis: diagnose(job, []) };
    const { logs, failed } = await readHosts(createLogs(clients.logs), name);
    const diagnosis = diagnose(job, logs);
    // A command cannot retry through the queue, so an unreadable log becomes part of the evidence.
    const problems = failed === undefined ? [] : [`Its log could not be read: ${failed.message}`];
    return { job, diagnosis: { ...diagnosis, evidence: [...diagnosis.evidence, ...problems] } };
  });
}
