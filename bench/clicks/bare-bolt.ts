import { App, ExpressReceiver, SocketModeReceiver } from '@slack/bolt';
import { freePort } from '../../sandbox/listen.ts';
import { credentials } from '../../sandbox/relight-process.ts';

/**
 * The least that a Slack app can do: it acknowledges, and checks the signature in HTTP mode. Arguments: the URL of the
 * Web API, and the app token for Socket Mode.
 */
const [, , slackApiUrl = '', appToken = ''] = process.argv;
const { botToken: token, signingSecret } = credentials;
const receiver =
  appToken === ''
    ? new ExpressReceiver({ signingSecret })
    : new SocketModeReceiver({ appToken, installerOptions: { clientOptions: { slackApiUrl } } });
const app = new App({ receiver, token, clientOptions: { slackApiUrl } });
app.action(/.*/, async ({ ack }) => ack());
app.view(/.*/, async ({ ack }) => ack());
app.shortcut(/.*/, async ({ ack }) => ack());
app.command('/relight', async ({ ack }) => ack());
app.event('app_home_opened', async () => undefined);
const port = await freePort();
await app.start({ port, host: '127.0.0.1' });
process.send?.(port);
process.once('disconnect', () => process.exit(0));
