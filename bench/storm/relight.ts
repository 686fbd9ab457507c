import { readFileSync } from 'node:fs';
import { startRelight } from '../../src/app/main.ts';
import { readConfig } from '../../src/config/environment.ts';
import { createLog } from '../../src/log.ts';

/**
 * Relight as deployed, except that the topic's certificate comes from a file, because SNS is not available here.
 * Signatures are still checked. The argument is the certificate; everything else is in the environment.
 */
const [, , certificate = ''] = process.argv;

const config = readConfig();
const pem = readFileSync(certificate, 'utf8');
const relight = await startRelight(config, createLog(config.logLevel), { certificate: async () => pem });
process.stdout.write(`relight ready: port ${relight.port}\n`);
