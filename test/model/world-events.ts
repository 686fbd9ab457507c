import { addFault } from '../support/aws-ledger.ts';
import { postJson } from '../support/world.ts';
import { type AnIncident, calm } from './an-incident.ts';
import { type Command, command } from './command.ts';
import { valueToPress } from './people.ts';
import { checkTrail } from './witnesses.ts';

const minute = 60_000;
const always = (): boolean => true;

/** Every sequence begins with it. */
export const alarm: Command = command(
  'something fails and its alarm arrives',
  ({ failed }) => !failed,
  async (incident, model) => {
    await incident.stack.tier.subject.fail(incident);
    model.failed = true;
    if (model.up && model.slackUp) await untilShown(incident);
  },
);

/** The first request takes a while to appear; later ones are pressed when they are there. */
async function untilShown(incident: AnIncident): Promise<void> {
  const end = Date.now() + 8_000;
  while (Date.now() < end) {
    await calm(incident);
    if ((await valueToPress(incident, false)) !== undefined) return;
  }
}

/** The call has its effect, and Relight does not hear of it. These also happen before the alarm. */
export const lostAnswers: readonly Command[] = [
  command(
    'Slack drops an answer',
    ({ slackUp }) => slackUp,
    async ({ stack }) => {
      await postJson(`${stack.slack.url}/_sandbox/faults`, {
        method: 'chat.postMessage',
        kind: 'drop-after',
      });
    },
  ),
  command('AWS drops the answer to a change', always, async ({ stack }) => {
    for (const operation of ['CreateTrainingJob', 'UpdateEndpoint', 'UpdateModelPackage'])
      await addFault(stack, { service: 'sagemaker', operation, kind: 'drop-after', count: 1 });
  }),
];

/** What happens to Relight, and what the rest of the world does. */
export const worldEvents: readonly Command[] = [
  command(
    'the alarm arrives again',
    ({ failed }) => failed,
    async (incident) => incident.stack.tier.subject.report(incident, 'ALARM'),
  ),
  command(
    'OK arrives',
    ({ failed }) => failed,
    async (incident) => incident.stack.tier.subject.report(incident, 'OK'),
  ),
  command(
    'the process is killed',
    ({ up }) => up,
    async (incident, model) => {
      await incident.stack.crash();
      model.up = false;
      lost(incident);
      await checkTrail(incident);
    },
    true,
  ),
  command(
    'the process starts',
    // Relight ends while Slack does not answer, and whatever runs it starts it again later.
    ({ up, slackUp }) => !up && slackUp,
    async ({ stack }, model) => {
      await stack.start();
      model.up = true;
    },
  ),
  command('the locks of running jobs are lost', always, async ({ stack }) => stack.dropLocks(), true),
  command(
    'Slack is down',
    ({ slackUp }) => slackUp,
    async (incident, model) => {
      await incident.stack.slackDown();
      model.slackUp = false;
      lost(incident);
    },
    true,
  ),
  command(
    'Slack is up',
    ({ slackUp }) => !slackUp,
    async ({ stack }, model) => {
      await stack.slackUp();
      model.slackUp = true;
    },
  ),
  ...lostAnswers,
  ...[5, 16].map((minutes) =>
    command(`${minutes} minutes pass`, always, async ({ stack }) => stack.clock.pass(minutes * minute)),
  ),
];

/** Replies on their way to people may be lost now. */
function lost({ sent }: AnIncident): void {
  for (const one of sent) one.slackWorked = false;
}
