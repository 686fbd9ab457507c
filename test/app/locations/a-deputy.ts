import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { guarded } from '../../../src/app/locations/guarded-ports.ts';
import { locationsOfIncident } from '../../../src/app/locations/s3-locations.ts';
import { createClients } from '../../../src/aws/clients.ts';
import { createCheckpoints } from '../../../src/aws/s3/checkpoints.ts';
import { createFixedData } from '../../../src/aws/s3/dataset-writer.ts';
import { createDatasets } from '../../../src/aws/s3/datasets.ts';
import { createTraining } from '../../../src/aws/training/training.ts';
import type { Settings } from '../../../src/config/settings.ts';
import type { Incident } from '../../../src/incidents/model/incident.ts';
import type { ActionPorts } from '../../../src/playbooks/define/action-ports.ts';
import { datasetsWithin } from '../../../src/ports/s3/guards.ts';
import { approvedArchives } from '../../../src/training-data/fix/approved-archives.ts';
import { planFix } from '../../../src/training-data/fix/plan/plan-fix.ts';
import { runFix } from '../../../src/training-data/fix/run-fix.ts';
import { type RegionUnderTest, silent, startRegionUnderTest } from '../../aws/a-region.ts';
import { exampleSettings } from '../../support/core.ts';
import { fakePorts } from '../../support/fake-ports.ts';
import { gsm8kRows, jsonl } from '../../training-data/a-data-set.ts';

export const job = 'srl-rlvr-gold-20251104';
export const bucket = 's3://srl-rlvr-training';
export const audit = 'srl-rlvr-audit';
/** A bucket that Relight's role can read and the job does not use. */
export const foreign = 's3://other-team/models/';

/** The ports of an incident about a gold job, with the real SDK and the fences of a running Relight. */
export interface Deputy {
  readonly region: RegionUnderTest;
  readonly clients: ReturnType<typeof createClients>;
  readonly portsOf: (prefixes?: Settings['tiers'][string]['s3']) => ActionPorts;
  readonly close: () => Promise<void>;
}

export async function startDeputy(): Promise<Deputy> {
  const region = await startRegionUnderTest();
  const writes = [`${bucket}/checkpoints-recovery/`, `${bucket}/fixed-data/`] as const;
  const clients = createClients({ pathStyle: true, fence: { records: audit, writes } });
  await putFiles(region);
  return {
    region,
    clients,
    portsOf: (prefixes) => portsOf(clients, prefixes),
    close: async () => {
      clients.close();
      await region.close();
    },
  };
}

async function putFiles({ clients: { s3 } }: RegionUnderTest): Promise<void> {
  const put = async (Bucket: string, Key: string, Body: string): Promise<unknown> =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  await s3.send(new CreateBucketCommand({ Bucket: 'other-team' }));
  await put(audit, 'intents/one.json', '{}');
  await put('other-team', 'models/secret.jsonl', jsonl(gsm8kRows(2)).toString());
  await put('srl-rlvr-training', 'data/a.jsonl', jsonl(gsm8kRows(20)).toString());
  await put('srl-rlvr-training', 'data2/b.jsonl', jsonl(gsm8kRows(2)).toString());
  const named = JSON.stringify([{ prefix: foreign }, 'secret.jsonl']);
  await put('srl-rlvr-training', 'data/evil.manifest', named);
  const lines = [`s3://${audit}/intents/one.json`, `${foreign}secret.jsonl`];
  const augmented = lines.map((uri) => `${JSON.stringify({ 'source-ref': uri })}\n`).join('');
  await put('srl-rlvr-training', 'data/lines.manifest', augmented);
}

function portsOf(clients: Deputy['clients'], prefixes?: Settings['tiers'][string]['s3']): ActionPorts {
  const settings = exampleSettings();
  const { gold } = settings.tiers;
  if (gold === undefined) throw new Error('the example has no tier gold');
  const tiers = { ...settings.tiers, gold: { ...gold, s3: prefixes } };
  const incident = { tier: 'gold', job, subject: job, attempts: [], affectedJobs: [] } as Partial<Incident>;
  const training = createTraining(clients.sagemaker, silent);
  const datasets = createDatasets(clients.s3);
  const locations = locationsOfIncident(
    {
      config: { settings: { ...settings, tiers }, auditBucket: audit },
      // Only these fields of the incident are read.
      store: { load: async () => incident as Incident },
    },
    training,
    'rl-deputy',
  );
  return guarded(
    {
      ...fakePorts(),
      training,
      datasets,
      checkpoints: createCheckpoints(clients.s3, silent),
      sourceArchives: approvedArchives(createFixedData(clients.s3)),
    },
    {
      plan: async (fix) => planFix(fix, datasetsWithin(datasets, fix.within)),
      run: async (fix, run) =>
        runFix(fix, run, {
          datasets: datasetsWithin(datasets, fix.within),
          fixedData: createFixedData(clients.s3),
        }),
    },
    locations,
  );
}
