import type { Datasets } from '../../ports/datasets.ts';
import type { JsonObject, Token } from '../../ports/ports.ts';
import type { FixResult } from './fix-job.ts';
import { jobOf, readRequest, requireSameSources } from './plan/fix-request.ts';
import { manifestUri } from './plan/target.ts';
import type { DataFixes } from './run-fix.ts';

/** Fixes of training data in an incident: writes what people approved, and nothing else. */
export interface ApprovedDataFixes extends Pick<DataFixes, 'plan'> {
  readonly run: (request: JsonObject, token: Token) => Promise<FixResult>;
}

export function approvedFixes(fixes: DataFixes, datasets: Pick<Datasets, 'objects'>): ApprovedDataFixes {
  return {
    plan: fixes.plan,
    run: async (request, token) => {
      token.requireApproved(request);
      const approved = readRequest(request);
      const job = jobOf(approved);
      const { incident, step, attempt } = token;
      return fixes.run(job, {
        by: `${incident}/${step}/${attempt}`,
        signal: token.signal,
        ready: async (sources) => {
          const finished = await datasets.objects(manifestUri(job.target));
          // The manifest is written last: with it there, nothing is left to write, and so nothing to confirm.
          if (finished.length > 0) return;
          requireSameSources(approved, sources);
          await token.confirm();
        },
      });
    },
  };
}
