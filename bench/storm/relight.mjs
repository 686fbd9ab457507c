import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Relight as deployed, except that the topic's certificate comes from a file, because SNS is not available here.
 * Signatures are still checked. Arguments: the folder of the compiled Relight and the certificate. Everything else is in
 * the environment.
 */
const [, , folder, certificate] = process.argv;
const load = async (path) => import(pathToFileURL(join(folder, path)).href);
const [{ readConfig }, { createLog }, { startRelight }] = await Promise.all(
  ['config/environment.js', 'log.js', 'app/main.js'].map(load),
);

const config = readConfig();
const pem = readFileSync(certificate, 'utf8');
const relight = await startRelight(config, createLog(config.logLevel), { certificate: async () => pem });
process.stdout.write(`relight ready: port ${relight.port}\n`);
