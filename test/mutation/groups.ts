/** Files whose mutants are tested together, and the tests that reach them quickly. */
export interface Group {
  readonly mutate: readonly string[];
  readonly tests: readonly string[];
}

const variable = 'MUTATION_TESTS';

/** For the processes that run the tests of a group. */
export function environmentFor({ tests }: Group): Readonly<Record<string, string | undefined>> {
  return { ...process.env, [variable]: tests.join(' ') };
}

/** The tests of the group that this process belongs to. */
export function testsOfThisRun(): string[] {
  return process.env[variable]?.split(' ') ?? [];
}

/** In `mutate`, a file after `!` is left out. */
export const groups: Readonly<Record<string, Group>> = {
  authorization: {
    mutate: [
      // Names are only shown.
      'src/bot/access/!(names).ts',
      'src/config/approval-policy.ts',
      'src/incidents/approve.ts',
      'src/incidents/stakes.ts',
      'src/incidents/charge/break-glass.ts',
      'src/incidents/model/approvals.ts',
      'src/playbooks/approved.ts',
      'src/queue/steps/checks/approval-checks.ts',
    ],
    tests: [
      // Without the 75,000 rows of the matrix, which would take a minute for each mutant.
      'test/bot/access/!(authorization-matrix).test.ts',
      'test/config/{approval-policy,roles}.test.ts',
      'test/incidents/{approve,stakes}.test.ts',
      'test/incidents/charge/break-glass.test.ts',
      'test/incidents/model/approvals.test.ts',
      'test/queue/steps/{approval-checks,broken-glass-checks,checks-of-calls}.test.ts',
    ],
  },
  reducer: {
    // The schemas of events are declarations, without any behavior of their own.
    mutate: [
      'src/incidents/model/**/*.ts',
      '!src/incidents/model/**/*events.ts',
      '!src/incidents/model/hold.ts',
      '!src/incidents/model/calls/call.ts',
    ],
    tests: ['test/incidents/model/*.test.ts'],
  },
  signatures: {
    mutate: [
      'src/audit/chain.ts',
      'src/audit/proofs.ts',
      'src/audit/archive/heads.ts',
      'src/audit/archive/head-signer.ts',
      'src/audit/verify/check-heads.ts',
      'src/audit/verify/check-proofs.ts',
      'src/audit/verify/sound-line.ts',
      'src/queue/payloads.ts',
      'src/queue/steps/checks/signed-decisions.ts',
      'src/config/keys/proof-keys.ts',
      'src/bot/slack/http-guard.ts',
      'src/alarms/sns/certificates.ts',
      'src/alarms/sns/message.ts',
      'src/alarms/sns/verify.ts',
    ],
    tests: [
      'test/audit/{chain,head-signer,proofs,signed-heads,sound-line}.test.ts',
      'test/queue/payloads.test.ts',
      'test/queue/steps/signed-decisions.test.ts',
      'test/config/keys/proof-keys.test.ts',
      'test/bot/slack/http-guard.test.ts',
      'test/alarms/sns/{sns-certificates,sns-partitions,sns-verify}.test.ts',
    ],
  },
  // The exactly-once protocol: the compare-and-set of the journal, and what is reserved and written once.
  'exactly-once-records': {
    mutate: [
      'src/incidents/journal/journal-writer.ts',
      'src/incidents/journal/transactions.ts',
      'src/audit/vault.ts',
      'src/aws/s3/audit-bucket.ts',
      'src/redis/cap-reservations.ts',
      'src/redis/first-claim.ts',
      'src/redis/launches.ts',
    ],
    tests: [
      'test/incidents/journal/{cached-state,limited-writes,store,transactions}.test.ts',
      'test/audit/vault.test.ts',
      'test/aws/s3/audit-bucket.test.ts',
      'test/redis/{cap-reservations,claims}.test.ts',
    ],
  },
  // What is sent to AWS at most once, and what an earlier run of the same attempt made there.
  'exactly-once-aws': {
    mutate: [
      'src/aws/training/launch-job.ts',
      'src/aws/training/same-launch.ts',
      'src/aws/models/own-part.ts',
      'src/aws/models/promotion.ts',
      'src/aws/models/rejection.ts',
      'src/aws/models/sent-update.ts',
    ],
    tests: [
      'test/aws/rejection.test.ts',
      'test/aws/models/*.test.ts',
      'test/aws/training/{launch,launch-answers,same-launch}.test.ts',
    ],
  },
  // The worker that carries out an approved change.
  'exactly-once-worker': {
    mutate: [
      'src/queue/steps/run-change.ts',
      'src/queue/steps/sent-marks.ts',
      'src/queue/steps/checks/still-good.ts',
    ],
    tests: [
      'test/queue/{halted,judged-once,secrets-of-a-change}.test.ts',
      'test/queue/steps/{run-change,still-good,token-of-change}.test.ts',
    ],
  },
};
