import { createLogs } from '../../aws/cloudwatch/logs.ts';
import { describeRaw } from '../../aws/training/describe-job.ts';
import { parseDescribe } from '../../aws/training/describe-output.ts';
import { needsLog } from '../../diagnosis/classify-failure.ts';
import { OpsError } from '../../errors.ts';
import { hasEnded } from '../../training-job/job-state.ts';
import { type Diagnosed, diagnose, tailLines } from './diagnosis-in-words.ts';
import { withClients } from './with-aws.ts';

export async function diagnoseLive(name: string): Promise<Diagnosed> {
  return withClients(async (clients) => {
    const job = parseDescribe(await describeRaw(clients.sagemaker.reads, name));
    if ('wrong' in job) throw new OpsError('unexpected', `DescribeTrainingJob ${name}: ${job.wrong}`);
    if (!hasEnded(job) || !needsLog(job)) return { job, diagnosis: diagnose(job, []) };
    const log = await readLog(() => createLogs(clients.logs).tail(name, tailLines));
    const diagnosis = diagnose(job, log.lines);
    return { job, diagnosis: { ...diagnosis, evidence: [...diagnosis.evidence, ...log.problems] } };
  });
}

/** A command cannot retry through the queue, so an unreadable log becomes part of the evidence. */
async function readLog(tail: () => Promise<readonly string[]>): Promise<{
  readonly lines: readonly string[];
  readonly problems: readonly string[];
}> {
  try {
    return { lines: await tail(), problems: [] };
  } catch (thrown) {
    if (!(thrown instanceof OpsError)) throw thrown;
    return { lines: [], problems: [`Its log could not be read: ${thrown.message}`] };
  }
}
