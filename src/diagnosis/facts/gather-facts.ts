import { largest } from '../../ports/collections.ts';
import { readable } from '../logs/text-to-read.ts';
import type { HostLog } from '../logs/voices.ts';
import { voicesOf } from '../logs/voices.ts';
import type { Facts, Statement } from './facts.ts';
import { reasonIn } from './failure-reason.ts';
import { torchrunEnd } from './process-ends.ts';
import { statementsOf } from './statements.ts';
import { markSurvived } from './survived.ts';

/** NCCL gives up a hanging collective after 10 min and Gloo after 30, so the last rank may end that long after the first. */
const lastWordsMs = 35 * 60_000;

/** Turns what SageMaker and the hosts said into facts, without judging them. */
export function gatherFacts(failureReason: string, logs: readonly HostLog[]): Facts {
  const reason = reasonIn(failureReason);
  const read = logs.map((log) => readable(log));
  const told = withoutOld(read.flatMap(({ log }) => factsOfHost(log)));
  const torchrun = read.flatMap(({ log }) => torchrunEnd(log.lines) ?? []);
  const [root] = [...reason.ends, ...torchrun].filter(({ rank }) => rank !== undefined);
  return {
    statements: [...reason.statements, ...told],
    ends: [...reason.ends, ...torchrun],
    ...(root?.rank !== undefined && { firstRank: root.rank }),
    leftOut: read.reduce((sum, { leftOut }) => sum + leftOut, 0),
  };
}

function factsOfHost(log: HostLog): readonly Statement[] {
  return markSurvived(
    voicesOf(log).flatMap((voice) => statementsOf(voice)),
    log.lines,
  );
}

/** Errors long before the last one did not end the job. */
function withoutOld(statements: readonly Statement[]): readonly Statement[] {
  const end = largest(statements.map(({ at }) => at));
  return statements.map((statement) =>
    statement.at >= end - lastWordsMs || statement.survived !== undefined
      ? statement
      : { ...statement, survived: 'the job ran on for more than half an hour' },
  );
}
