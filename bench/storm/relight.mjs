import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Relight as it is deployed, but for one thing: the certificate of the topic comes from a file, as nobody can ask SNS for
 * it here. Its signatures are checked as ever. Arguments: the folder of the compiled Relight, the certificate; the rest is
 * in the environment.
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
