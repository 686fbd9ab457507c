import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSettings } from '../../../src/config/read-settings.ts';

const example = readFileSync('relight.example.yaml', 'utf8');

function check(sns: string): ReturnType<typeof readSettings> {
  const path = join(mkdtempSync(join(tmpdir(), 'relight-sns-')), 'relight.yaml');
  writeFileSync(path, `${example}\n${sns}\n`);
  return readSettings(path);
}

describe('`sns` in relight.yaml', () => {
  it('may be left out, as in the example', () => {
    expect(check('')).toHaveProperty('settings');
    expect(check('')).not.toHaveProperty('settings.sns');
  });

  it('matches the commented example, and does not confirm subscriptions', () => {
    const shown = example.match(/^# (sns:\n#( +).*\n#( +).*)$/m)?.[1]?.replaceAll('\n#', '\n') ?? '';

    expect(check(shown)).toMatchObject({
      settings: {
        sns: { topics: ['arn:aws:sns:us-east-1:123456789012:relight-alarms'], confirm_subscriptions: false },
      },
    });
    expect(check(shown.replace('false', 'true'))).toMatchObject({
      settings: { sns: { confirm_subscriptions: true } },
    });
  });

  it.each([
    'arn:aws-cn:sns:cn-north-1:123456789012:alarms',
    'arn:aws-us-gov:sns:us-gov-west-1:123456789012:Relight_Alarms',
  ])('takes %s', (arn) => {
    expect(check(`sns: { topics: ["${arn}"] }`)).toHaveProperty('settings.sns.topics', [arn]);
  });

  it.each([
    ['a name', 'relight-alarms'],
    ['a pattern', 'arn:aws:sns:us-east-1:123456789012:*'],
    ['a queue', 'arn:aws:sqs:us-east-1:123456789012:relight-alarms'],
    ['a FIFO topic, which cannot send by HTTPS', 'arn:aws:sns:us-east-1:123456789012:relight-alarms.fifo'],
    [
      'a subscription',
      'arn:aws:sns:us-east-1:123456789012:relight-alarms:2bcfbf39-05c3-41de-beaa-fcfcc21c8f55',
    ],
    ['an account that is none', 'arn:aws:sns:us-east-1:1234:relight-alarms'],
    ['a Region that could be a host', 'arn:aws:sns:evil.example/:123456789012:relight-alarms'],
  ])('does not take %s for a topic', (_, arn) => {
    expect(check(`sns: { topics: ["${arn}"] }`)).toEqual({
      problems: [
        expect.stringMatching(/sns\.topics\.0 must be the ARN of a standard SNS topic such as arn:aws:sns:/),
      ],
    });
  });

  it.each([
    [
      'a misspelt word',
      'sns: { topics: [], confirm: true }',
      /sns\.confirm is not a key .* did you mean confirm_subscriptions/,
    ],
    ['no topics', 'sns: { confirm_subscriptions: true }', /sns\.topics must be a list/],
    [
      'words for yes',
      'sns: { topics: [], confirm_subscriptions: "yes" }',
      /confirm_subscriptions must be true or false/,
    ],
  ])('does not take %s', (_, text, problem) => {
    expect(check(text)).toEqual({ problems: [expect.stringMatching(problem)] });
  });
});
