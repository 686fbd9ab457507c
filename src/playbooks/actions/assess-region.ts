import { Assessment } from '../../assessment/assessment.ts';
import { assessmentReport } from '../../assessment/assessment-report.ts';
import { commonCause } from '../../assessment/common-cause.ts';
import { inBatches } from '../../assessment/in-batches.ts';
import { lookAtJobs } from '../../assessment/look-at-jobs.ts';
import { type FailedJob, recoverySeries } from '../../assessment/recovery-series.ts';
import { lookAround } from '../../assessment/surroundings.ts';
import { quote } from '../../in-words.ts';
import { Again, defineAction, OpsError, type ReadPorts, z } from '../define.ts';
import { wayBack } from '../find-way-back.ts';

/** Jobs that failed within this time count as part of the outage. */
const hours = 48;
/** Number of failed jobs whose checkpoints are checked now; the others are checked before they are recovered. */
const maxChecked = 12;

type Row = Assessment['failed'][number];

export const assessRegion = defineAction({
  name: 'assess-region',
  effect: 'read',
  title: 'Regional assessment',
  does: 'Checks all jobs, alarms, buckets and endpoints in the Region, and looks for a common cause of the failures.',
  input: z.object({}),
  output: Assessment,
  report: assessmentReport,
  run: async (_input, ports): Promise<Assessment> => {
    const since = ports.clock.now() - hours * 3_600_000;
    const { failed, described, seen, counts, cut } = await lookAtJobs(since, ports);
    const checked = new Map(
      (await inBatches(recoverySeries(failed).slice(0, maxChecked), (job) => withWay(job, ports))).map(
        (row) => [row.job, row],
      ),
    );
    const rows = failed.map((job): Row => checked.get(job.job) ?? withoutWay(job));
    return {
      since,
      failed: rows,
      series: recoverySeries(failed),
      counts,
      cut,
      cause: commonCause(seen),
      ...(await lookAround(described, ports)),
    };
  },
});

/** Keeps going if the checkpoints of one job cannot be read. */
async function withWay(job: FailedJob, ports: ReadPorts): Promise<Row> {
  try {
    const way = await wayBack(job, ports);
    return way instanceof Again ? { ...job, trouble: way.note } : { ...job, way };
  } catch (thrown) {
    if (!(thrown instanceof OpsError)) throw thrown;
    return { ...job, trouble: quote(thrown.message, 160) };
  }
}

function withoutWay(job: FailedJob): Row {
  const { relaunch } = job;
  return relaunch === true ? job : { ...job, way: { way: 'previous_model', why: relaunch.not } };
}
