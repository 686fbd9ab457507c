import { z } from 'zod';

const partitions = 'aws|aws-cn|aws-us-gov';

/** Standard topics only: a FIFO topic (.fifo) does not send over HTTPS, https://docs.aws.amazon.com/sns/latest/dg/sns-fifo-topics.html */
export const TopicArn = z
  .string()
  .regex(
    new RegExp(`^arn:(${partitions}):sns:[a-z]{2}(-[a-z]+)+-\\d:\\d{12}:[A-Za-z0-9_-]{1,256}$`),
    'must be the ARN of a standard SNS topic such as arn:aws:sns:us-east-1:123456789012:relight-alarms',
  );

/**
 * Whether only SNS itself, in the Region of the topic, can answer under this address. It is compared letter by letter
 * and not as a URL: every leniency of a URL parser has been a way in, and so was any wider part of amazonaws.com.
 * https://spaceraccoon.dev/exploiting-improper-validation-amazon-simple-notification-service/
 */
export function isCertificateUrl(url: string, topic: string): boolean {
  const [, partition, , region] = topic.split(':');
  const domain = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  const start = `https://sns.${region}.${domain}/SimpleNotificationService-`;
  return url.startsWith(start) && /^[0-9a-f]{32}\.pem$/.test(url.slice(start.length));
}
