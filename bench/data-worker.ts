import { Redis } from 'ioredis';
import { pino } from 'pino';
import { createProofs } from '../src/audit/proofs.ts';
import { keysIn } from '../src/config/keys/proof-keys.ts';
import { startDataWorker } from '../src/queue/data/data-worker.ts';
import { createPayloads } from '../src/queue/payloads.ts';
import { createReaders } from '../src/readers/readers.ts';
import { createScanStore } from '../src/redis/scan-store.ts';

/** A worker that only reads training data, in one thread. One process is started per worker. */
const [, , redisUrl = '', thread = ''] = process.argv;
const redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
const readers = createReaders({ max: 1, redisUrl, pathStyle: true, module: new URL(thread) });
const { RELIGHT_JOURNAL_KEY = '' } = process.env;
const payloads = createPayloads(createProofs(keysIn({ RELIGHT_JOURNAL_KEY })));
startDataWorker(
  redis,
  pino({ level: 'silent' }),
  { scan: async (job) => readers.run('scan-job', job), store: createScanStore(redis), most: 1, payloads },
  async () => undefined,
);
process.once('disconnect', () => process.exit());
redis.once('ready', () => process.send?.('ready'));
