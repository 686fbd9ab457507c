import { totalmem } from 'node:os';
import { localHalt } from '../../app/halt/halt-sources.ts';
import type { Config } from '../../config/environment.ts';
import { OpsError } from '../../errors.ts';
import { haltInWords } from '../../incidents/halt/halts.ts';
import { loadCatalog, shippedCatalog } from '../../playbooks/catalog.ts';
import { checkPort } from './port-check.ts';

/** One check of `relight doctor`, or the reason why it cannot be run. */
export interface Check {
  readonly name: string;
  /** A text that it returns is shown beside the result. */
  readonly run?: () => Promise<unknown>;
  readonly why?: string;
  /** The permission that the check needs, as IAM names it. */
  readonly permission?: string;
  /** The environment variable or relight.yaml key that names the checked resource. */
  readonly source?: string;
}

const megabyte = 1024 * 1024;
/** Memory per data scan: https://github.com/hyparam/hyparquet reads one row group at a time. */
const perScanMb = 250;

/** Checks that this machine can run Relight with this configuration. */
export function machineChecks(config: Config): readonly Check[] {
  return [
    {
      name: `PORT ${config.port} is free, or Relight answers on it`,
      run: async () => checkPort(config.port),
    },
    {
      name: `RELIGHT_SCAN_THREADS ${config.scanThreads} fits into memory`,
      run: async () => checkScanMemory(config.scanThreads),
    },
    {
      name: 'RELIGHT_PLAYBOOKS: every playbook can be loaded',
      run: async () => void (await loadCatalog([shippedCatalog, ...config.playbookFolders])),
    },
    {
      name: 'RELIGHT_HALT and RELIGHT_HALT_FILE: changes are not halted here',
      run: async () => {
        const halt = localHalt(config.halt);
        if (halt !== undefined) throw new OpsError('halted', haltInWords(halt));
      },
    },
    ...fallbackChecks(config),
    ...notProbed(config),
  ];
}

/** Only that something answers there: a message would notify people. */
function fallbackChecks({ settings, fallback }: Config): readonly Check[] {
  const { webhook: shown } = settings.notify_fallback ?? {};
  const url = fallback?.webhook?.url;
  if (shown === undefined || url === undefined) return [];
  const name = `notify_fallback.webhook ${shown} answers (no message is sent)`;
  return [{ name, run: async () => checkAnswers(shown, url) }];
}

async function checkAnswers(shown: string, url: string): Promise<void> {
  const signal = AbortSignal.timeout(5_000);
  await fetch(url, { method: 'HEAD', redirect: 'manual', signal }).catch(() => {
    throw new OpsError(
      'config-invalid',
      `nothing answers at ${shown}; correct notify_fallback.webhook in relight.yaml, or open the network to it`,
    );
  });
}

async function checkScanMemory(threads: number): Promise<void> {
  // In a container, this is the container's limit, if it has one.
  const limit = process.constrainedMemory();
  const memory = limit > 0 && limit < totalmem() ? limit : totalmem();
  const needed = threads * perScanMb * megabyte;
  if (needed <= memory) return;
  const max = Math.max(1, Math.floor(memory / megabyte / perScanMb));
  throw new OpsError(
    'config-invalid',
    `RELIGHT_SCAN_THREADS is ${threads}, which can use ${Math.round(needed / megabyte)} MB of the ${Math.round(memory / megabyte)} MB of this machine; set it to ${max} or less`,
  );
}

function notProbed({ slack, settings, paging }: Config): readonly Check[] {
  const fromOutside = 'only a request from outside can prove it';
  return [
    ...(slack.mode === 'http'
      ? [
          {
            name: 'SLACK_SIGNING_SECRET belongs to the app',
            why: 'only a signed request from Slack can prove it',
          },
          { name: 'Slack reaches /slack/events', why: fromOutside },
        ]
      : []),
    ...(settings.sns === undefined ? [] : [{ name: 'SNS reaches /alarms/sns', why: fromOutside }]),
    ...(paging === undefined
      ? []
      : [
          { name: `RELIGHT_PAGING_KEY: ${paging.url} pages the right people`, why: 'a test would page them' },
        ]),
    { name: 'RELIGHT_ROLE: a bot and a worker are running', why: 'check /readyz of each process' },
    {
      name: 'caps.instance_types are offered in this Region',
      why: 'AWS has no list of training instances by Region; only a launch can prove it',
    },
    {
      name: 'maintenance windows and intake limits are as intended',
      why: 'every valid value could be intended',
    },
  ];
}
