import { beforeEach, describe, expect, it } from 'vitest';
import { lookAtJobs } from '../../../src/assessment/look-at-jobs.ts';
import { recoverySeries } from '../../../src/assessment/recovery-series.ts';
import { OpsError } from '../../../src/errors.ts';
import { chooseNextJob, type Turn } from '../../../src/playbooks/actions/choose-next-job.ts';
import { recoverNextJob } from '../../../src/playbooks/actions/recover-next-job.ts';
import { Again } from '../../../src/ports/step-output.ts';
import { tokenFor } from '../../support/a-token.ts';
import { ended } from '../../support/a-training-run.ts';
import { attemptKeyOf, putFailed } from '../../support/an-outage.ts';
import { aJob, type FakePorts, fakePorts } from '../../support/fake-ports.ts';

let ports: FakePorts;
let turn: Turn;
const attemptKey = attemptKeyOf('job1');
const ours = `srl-rlvr-gold-a-r1-${attemptKey.id}`;

beforeEach(async () => {
  ports = fakePorts();
  putFailed(ports, 'srl-rlvr-gold-a');
  putFailed(ports, 'srl-rlvr-silver-a');
  turn = await nextTurn();
});

async function nextTurn(): Promise<Turn> {
  const { failed } = await lookAtJobs(0, ports);
  const next = await chooseNextJob.run({ series: recoverySeries(failed), done: [], beyond: 0 }, ports);
  if (next instanceof Again || next.turn === undefined) throw new Error('nobody’s turn');
  return next.turn;
}

/** The same job is being recovered in its own incident. */
function putCopy(status: string): void {
  ports.training.put(
    aJob({
      name: 'srl-rlvr-gold-a-r1-0123456789abcdef',
      status,
      secondaryStatus: status,
      createdAt: ended + 1,
    }),
  );
}

describe('the recovery of one job in the series', () => {
  it('requires a lead, because the series covers all tiers', () => {
    expect(recoverNextJob.approver).toBe('lead');
  });

  it('shows the differences for this job only', async () => {
    const { headline, differences } = await recoverNextJob.preview(turn, ports, attemptKey);

    expect(headline).toBe(`Launch ${ours} on 1 × ml.p4d.24xlarge, from the beginning`);
    expect(differences.map(({ field }) => field)).toContain('CheckpointConfig.S3Uri');
  });

  it.each(['InProgress', 'Stopping', 'Completed'])(
    'is refused if a copy is %s, before the approval and after it',
    async (status) => {
      const proposal = await recoverNextJob.preview(turn, ports, attemptKey);
      putCopy(status);

      const refused = { code: 'job-still-running' };
      await expect(recoverNextJob.preview(turn, ports, attemptKey)).rejects.toMatchObject(refused);
      await expect(
        recoverNextJob.run(proposal, turn, ports, tokenFor(attemptKey, proposal.request)),
      ).rejects.toMatchObject(refused);
      expect(ports.training.launches).toEqual([]);
    },
  );

  it('is refused after a copy that completed, without calling it running', async () => {
    putCopy('Completed');

    await expect(recoverNextJob.preview(turn, ports, attemptKey)).rejects.toMatchObject({
      detail: 'srl-rlvr-gold-a-r1-0123456789abcdef has recovered srl-rlvr-gold-a',
    });
  });

  it('is tried again if the copy failed', async () => {
    putCopy('Failed');

    await expect(recoverNextJob.preview(turn, ports, attemptKey)).resolves.toBeDefined();
  });

  it('is done only once if it runs again after a crash, and names the job and those that remain', async () => {
    const proposal = await recoverNextJob.preview(turn, ports, attemptKey);

    const first = await recoverNextJob.run(proposal, turn, ports, tokenFor(attemptKey, proposal.request));
    const again = await recoverNextJob.run(proposal, turn, ports, tokenFor(attemptKey, proposal.request));

    expect(first).toMatchObject({ job: ours, adopted: false, recovers: 'srl-rlvr-gold-a' });
    expect(again).toMatchObject({ job: ours, adopted: true });
    expect(ports.training.launches).toEqual([proposal.request]);
    expect(recoverNextJob.report(recoverNextJob.output.parse(again)).facts).toEqual(
      expect.arrayContaining([
        { label: 'Replaces', value: 'srl-rlvr-gold-a' },
        { label: 'Remaining', value: '1 job: srl-rlvr-silver-a' },
      ]),
    );
  });
});

describe('the choice of the next job', () => {
  it('never treats an unreadable checkpoint as missing, because a restart from scratch loses everything', async () => {
    ports.checkpoints.folders = async (uri) => {
      if (uri.startsWith('s3://srl-rlvr-backup/')) throw new OpsError('aws-denied', 'ListObjectsV2');
      return [];
    };

    await expect(nextTurn()).rejects.toMatchObject({ code: 'aws-denied' });
  });

  it('reports which jobs were already recovered elsewhere', async () => {
    const { failed } = await lookAtJobs(0, ports);
    putCopy('InProgress');

    const next = await chooseNextJob.run({ series: recoverySeries(failed), done: [], beyond: 0 }, ports);

    if (next instanceof Again) throw new Error(next.note);
    expect(chooseNextJob.report(next)).toMatchObject({
      headline: 'Next: srl-rlvr-silver-a (silver), restart from scratch',
      lines: [
        'Already recovered by others: srl-rlvr-gold-a: srl-rlvr-gold-a-r1-0123456789abcdef is InProgress',
      ],
    });
  });
});
