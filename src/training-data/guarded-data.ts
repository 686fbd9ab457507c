import type { Locations } from '../ports/s3/locations.ts';
import type { FixJob } from './fix/fix-job.ts';
import type { DataFixes } from './fix/run-fix.ts';
import type { DataScans } from './validate-data.ts';

/** Scans of what these locations allow. A reader process gets the list too, for what a manifest names. */
export function guardedScans(scans: DataScans, locations: Locations): DataScans {
  return {
    report: async (question) => {
      for (const uri of question.uris) await locations.requireFor('data', uri, 'training data');
      return scans.report({ ...question, within: await locations.known() });
    },
  };
}

/** Fixes of what these locations allow, written where Relight writes. */
export function guardedFixes(fixes: DataFixes, locations: Locations): DataFixes {
  const checked = async (job: FixJob): Promise<FixJob> => {
    for (const { channel, uri } of job.sources)
      await locations.requireFor('data', uri, `the channel ${channel}`);
    await locations.requireWrite(job.target);
    return { ...job, within: await locations.known() };
  };
  return {
    plan: async (job) => fixes.plan(await checked(job)),
    run: async (job, run) => fixes.run(await checked(job), run),
  };
}
