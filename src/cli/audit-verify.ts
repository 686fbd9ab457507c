import type { Command } from 'commander';
import { createChain } from '../audit/chain.ts';
import { createProofChecks } from '../audit/proofs.ts';
import { workspace } from '../audit/trail/export-trail.ts';
import type { VerifyKeys } from '../audit/verify/check-proofs.ts';
import { compareWithAws } from '../audit/verify/compare-aws.ts';
import type { RedisJournals } from '../audit/verify/compare-redis.ts';
import { findingInWords } from '../audit/verify/finding.ts';
import { type ArchiveReport, verifyArchive } from '../audit/verify/verify-archive.ts';
import { headPublicKey } from '../aws/audit/head-public-key.ts';
import { createTaggedObjects } from '../aws/audit/tagged-objects.ts';
import type { Clients } from '../aws/clients.ts';
import { createAuditBucket } from '../aws/s3/audit-bucket.ts';
import { auditBucketOf, keysIfSet, redisUrlIfSet } from '../config/environment.ts';
import { createIncidentStore } from '../incidents/journal/store.ts';
import { needsSignature } from '../queue/steps/checks/signed-decisions.ts';
import { connectOnce } from '../redis/connection.ts';
import { createRefusedCommands } from '../redis/refused-attempts.ts';
import { printProblems, printResult } from './shared/print.ts';
import { withClients } from './shared/with-aws.ts';

interface VerifyOptions {
  readonly againstAws?: boolean;
  readonly vaultOnly?: boolean;
  readonly json?: boolean;
}

const clock = { now: () => Date.now() };

export function addVerify(audit: Command, finish: (code: number) => void): void {
  audit
    .command('verify')
    .description(
      'check the archive in AUDIT_BUCKET: find entries that were edited, removed, inserted, moved, cut off or forked, and compare it with Redis; exit 1 if anything is wrong',
    )
    .option(
      '--against-aws',
      'also compare the training jobs and endpoint configurations that carry tags of Relight with the intents',
    )
    .option('--vault-only', 'do not compare with Redis')
    .option('--json', 'print JSON')
    .action(async (options: VerifyOptions) => {
      const bucket = auditBucketOf();
      const { report, notes, redis, inAws } = await withClients(async (clients) => {
        const { keys, notes } = await keysHere(clients);
        const store = createAuditBucket(clients.archive, bucket);
        const tagged = createTaggedObjects(clients.sagemaker.reads);
        return withRedis(options.vaultOnly === true, async (journals, note) => ({
          report: await verifyArchive({ store, keys, clock, redis: journals }),
          notes,
          redis: note,
          inAws: options.againstAws === true ? await compareWithAws(store, tagged) : [],
        }));
      });
      const all = { ...report, findings: [...report.findings, ...inAws] };
      print(
        all,
        [...notes, redis, ...(options.againstAws === true ? ['Compared with AWS.'] : [])],
        options,
        finish,
      );
    });
}

function print(
  report: ArchiveReport,
  notes: readonly string[],
  { json }: VerifyOptions,
  finish: (code: number) => void,
): void {
  const { findings } = report;
  printResult(json, { ...report, notes }, [summary(report), ...notes]);
  if (json !== true) printProblems(findings.map(findingInWords));
  if (findings.some(({ isWarning }) => isWarning !== true)) finish(1);
}

function summary({ journals, lines, heads, newestHead = 'never', findings }: ArchiveReport): string {
  const problems = findings.filter(({ isWarning }) => isWarning !== true).length;
  const result = problems === 0 ? 'nothing was changed' : `${problems} problems`;
  return `${journals} journals, ${lines} entries, ${heads} signed heads, the newest of ${newestHead}: ${result}.`;
}

/** Hashes need no key. Without a key, its proofs are not checked, and people are told so. */
async function keysHere({
  kmsIn,
}: Pick<Clients, 'kmsIn'>): Promise<{ readonly keys: VerifyKeys; readonly notes: readonly string[] }> {
  const { journal, verify, headKeyArn: arn, ...set } = keysIfSet();
  const headVerify = [...set.headVerify, ...(arn === undefined ? [] : [await headPublicKey(kmsIn, arn)])];
  const has = {
    hasJournalKey: journal.length > 0,
    hasVerifyKey: verify.length > 0,
    hasHeadKey: verify.length + headVerify.length > 0,
  };
  const proofs = createProofChecks({ journal, verify, headVerify });
  return { keys: { proofs, ...has, needsSignature }, notes: notesOn(has) };
}

function notesOn({
  hasJournalKey,
  hasVerifyKey,
  hasHeadKey,
}: Pick<VerifyKeys, 'hasJournalKey' | 'hasVerifyKey' | 'hasHeadKey'>): readonly string[] {
  const unchecked = hasHeadKey ? 'decisions' : 'decisions and heads';
  return [
    ...(hasJournalKey
      ? []
      : [
          'Without RELIGHT_JOURNAL_KEY, it was not checked who wrote entries that are not decisions of people.',
        ]),
    ...(hasVerifyKey ? [] : [`Without RELIGHT_VERIFY_KEY, the signatures of ${unchecked} were not checked.`]),
  ];
}

/** The vault can be verified on any machine, so Redis need not answer. `note`: whether it was compared. */
async function withRedis<T>(
  skip: boolean,
  work: (journals: RedisJournals | undefined, note: string) => Promise<T>,
): Promise<T> {
  const url = redisUrlIfSet();
  if (skip || url === undefined) return work(undefined, 'Not compared with Redis.');
  const redis = connectOnce(url);
  try {
    const answers = await redis.connect().then(
      () => true,
      () => false,
    );
    if (!answers) return await work(undefined, 'Not compared with Redis, which does not answer.');
    const chain = createChain();
    const store = createIncidentStore(redis, chain, clock);
    const refused = createRefusedCommands(redis, chain, clock);
    const journals: RedisJournals = {
      ids: async () => store.ids('all'),
      linesFrom: async (journal, first, count) =>
        journal === workspace ? refused.linesFrom(first, count) : store.linesFrom(journal, first, count),
    };
    return await work(journals, 'Compared with Redis.');
  } finally {
    redis.disconnect();
  }
}
