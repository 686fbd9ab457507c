import type { Command } from 'commander';
import type { AlarmHandler } from '../alarms/handle-alarm.ts';
import { createAlarmIntake } from '../app/alarm-intake.ts';
import type { Core } from '../app/core.ts';
import { fenceIn } from '../app/locations/own-fence.ts';
import { createAwsAdapters } from '../app/steps/aws-adapters.ts';
import { createClients } from '../aws/clients.ts';
import type { DeadLetter } from '../redis/dead-letters.ts';
import { misused, printResult } from './shared/print.ts';
import { withCore } from './shared/with-core.ts';

interface Options {
  readonly json?: boolean;
  readonly all?: boolean;
}

export function addAlarmCommands(program: Command, finish: (code: number) => void): void {
  const alarms = program.command('alarms').description('alarm messages in the dead-letter queue');
  alarms
    .command('dead')
    .description('list them, oldest first, with the reason; exit 1 if there are any')
    .option('--json', 'print JSON with the message bodies')
    .action(async ({ json }: Options) => {
      const messages = await withCore(async ({ deadLetters }) => deadLetters.all());
      const lines = messages.length === 0 ? ['There are no dead letters.'] : messages.flatMap(inWords);
      printResult(json, messages, lines);
      if (messages.length > 0) finish(1);
    });
  const replay = alarms
    .command('replay [id...]')
    .description(
      'process messages again, for example after fixing relight.yaml; exit 1 if any still cannot be used',
    )
    .option('--all', 'replay all messages')
    .option('--json', 'print JSON')
    .action(async (ids: string[], { all, json }: Options) => {
      if ((ids.length === 0) === (all !== true))
        misused(replay, 'name message IDs from `relight alarms dead`, or use --all');
      const replayed = await withCore((core) => replayAll(core, ids));
      const lines = replayed.map(({ id, outcome }) => `${id}: ${outcome}`);
      printResult(json, replayed, lines);
      if (replayed.some(({ outcome }) => outcome === 'kept' || outcome === 'unknown')) finish(1);
    });
}

function inWords({ id, at, path = '', reason }: DeadLetter): readonly string[] {
  return [`${new Date(at).toISOString()}  ${id}  ${path}`, `    ${reason}`];
}

interface Replayed {
  readonly id: string;
  readonly outcome: Awaited<ReturnType<AlarmHandler>> | 'unknown';
}

/** Replays messages one at a time in order of arrival. A message is removed only after it was recorded. */
async function replayAll(core: Core, ids: readonly string[]): Promise<readonly Replayed[]> {
  const clients = createClients({ pathStyle: core.config.pathStyleBuckets, fence: fenceIn(core.config) });
  try {
    const { handleAlarm, idle } = createAlarmIntake(core, createAwsAdapters(core, clients));
    const messages = await core.deadLetters.all();
    const replayed: Replayed[] = ids
      .filter((id) => !messages.some((message) => message.id === id))
      .map((id) => ({ id, outcome: 'unknown' }));
    for (const { id, body } of messages.filter((message) => ids.length === 0 || ids.includes(message.id))) {
      const outcome = await handleAlarm({ id, body, path: 'replay' });
      if (outcome !== 'kept') await core.deadLetters.drop(id);
      replayed.push({ id, outcome });
    }
    await idle();
    return replayed;
  } finally {
    clients.close();
  }
}
