import { App, ExpressReceiver } from '@slack/bolt';
import { freePort } from '../../sandbox/listen.ts';
import { credentials } from '../../sandbox/relight-process.ts';

/** The least that a Slack app can do: it checks the signature and acknowledges. Argument: the URL of the Web API. */
const [, , slackApiUrl = ''] = process.argv;
const { botToken: token, signingSecret } = credentials;
const receiver = new ExpressReceiver({ signingSecret });
const app = new App({ receiver, token, clientOptions: { slackApiUrl } });
app.action(/.*/, async ({ ack }) => ack());
app.view(/.*/, async ({ ack }) => ack());
app.command('/relight', async ({ ack }) => ack());
app.event('app_home_opened', async () => undefined);
const port = await freePort();
await app.start({ port, host: '127.0.0.1' });
process.send?.(port);
process.once('disconnect', () => process.exit(0));
