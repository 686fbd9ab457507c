import { Command, InvalidArgumentError, Option } from 'commander';

export interface Options {
  readonly slackPort: number;
  readonly awsPort: number;
  readonly httpPort: number;
  readonly redisUrl?: string;
  readonly speed: number;
  readonly scenario: string;
}

function number(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('must be a number above 0');
  return value;
}

export function readOptions(scenarios: readonly string[]): Options {
  return (
    new Command('demo')
      .description('Runs Relight with stand-ins for Slack and AWS, all on this machine.')
      .addOption(
        new Option('--slack-port <port>', 'the Slack page, to open in a browser')
          .default(3000)
          .argParser(number),
      )
      .addOption(new Option('--aws-port <port>', 'the stand-in AWS region').default(4566).argParser(number))
      .addOption(
        new Option('--http-port <port>', 'the health checks and metrics of Relight')
          .default(8080)
          .argParser(number),
      )
      // No default here: commander prints defaults in --help, and REDIS_URL may contain a password.
      .option('--redis-url <url>', 'the Redis to use; default: REDIS_URL, or a server that the demo starts')
      .addOption(
        new Option('--speed <times>', 'how many times faster than real time the simulated jobs run')
          .default(20)
          .argParser(number),
      )
      .addOption(
        new Option('--scenario <name>', 'the failure to start with')
          .choices(scenarios)
          .default('spot-interruption'),
      )
      .parse()
      .opts()
  );
}
