import type { Command } from 'commander';
import { newKeys } from '../config/keys/new-keys.ts';
import { printLines } from './shared/print.ts';

export function addKeysCommand(program: Command): void {
  program
    .command('keys')
    .description('print new keys, as lines for an environment file')
    .action(() => {
      const { RELIGHT_JOURNAL_KEY, RELIGHT_SIGNING_KEY, RELIGHT_VERIFY_KEY, REDIS_PASSWORD } = newKeys();
      const lines = [
        '# for every process: proves who wrote what Redis holds',
        `RELIGHT_JOURNAL_KEY=${RELIGHT_JOURNAL_KEY}`,
        '# only for RELIGHT_ROLE=bot and all: signs the decisions of people',
        `RELIGHT_SIGNING_KEY=${RELIGHT_SIGNING_KEY}`,
        '# for RELIGHT_ROLE=worker: checks these signatures',
        `RELIGHT_VERIFY_KEY=${RELIGHT_VERIFY_KEY}`,
        '# for compose.yaml: the password of the user `relight` of Redis',
        `REDIS_PASSWORD=${REDIS_PASSWORD}`,
      ];
      printLines(lines);
    });
}
