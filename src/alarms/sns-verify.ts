import { verify, X509Certificate } from 'node:crypto';
import { OpsError } from '../errors.ts';
import { readSnsMessage, type SnsMessage, stringToSign } from './sns-message.ts';
import type { Refusal } from './sns-refusals.ts';
import { isCertificateUrl } from './sns-topic.ts';

export interface VerifyParts {
  /** The topics that may send, by ARN. */
  readonly topics: ReadonlySet<string>;
  /** The PEM text under an address of SNS; throws `OpsError`, of which one that is retried says nothing of the message. */
  readonly certificate: (url: string) => Promise<string>;
  readonly now: () => number;
}

export type Verdict =
  | { readonly message: SnsMessage }
  | { readonly refused: Refusal; readonly topic?: string };

/** SNS tries again for an hour at most: https://docs.aws.amazon.com/sns/latest/dg/creating-delivery-policy.html */
const freshMs = 65 * 60_000;

/** Whether one of the topics has just said this. Nothing goes out before everything that can be told here is right. */
export async function verifySns(parts: VerifyParts, text: string): Promise<Verdict> {
  const message = readSnsMessage(text);
  if (message === undefined) return { refused: 'shape' };
  const refused = wrongByItself(parts, message) ?? (await wrongByCertificate(parts, message));
  return refused === undefined ? { message } : { refused, topic: message.TopicArn };
}

function wrongByItself({ topics, now }: VerifyParts, message: SnsMessage): Refusal | undefined {
  if (!topics.has(message.TopicArn)) return 'topic';
  if (message.SignatureVersion !== '2') return 'version';
  if (!isCertificateUrl(message.SigningCertURL, message.TopicArn)) return 'certificate-url';
  const fresh = Math.abs(Date.parse(message.Timestamp) - now()) <= freshMs;
  return fresh ? undefined : 'time';
}

async function wrongByCertificate(parts: VerifyParts, message: SnsMessage): Promise<Refusal | undefined> {
  const certificate = await certificateOf(parts, message.SigningCertURL);
  if (certificate === undefined) return 'certificate';
  const now = parts.now();
  const valid = Date.parse(certificate.validFrom) <= now && now <= Date.parse(certificate.validTo);
  if (!valid) return 'certificate-dates';
  return isSignedWith(certificate, message) ? undefined : 'signature';
}

/** Undefined where there is none; throws where it cannot be known now. */
async function certificateOf(
  { certificate }: VerifyParts,
  url: string,
): Promise<X509Certificate | undefined> {
  try {
    return readCertificate(await certificate(url));
  } catch (thrown) {
    if (thrown instanceof OpsError && !thrown.retry) return undefined;
    throw thrown;
  }
}

export function readCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

function isSignedWith({ publicKey }: X509Certificate, message: SnsMessage): boolean {
  const signature = Buffer.from(message.Signature, 'base64');
  // Base64 is read leniently: only the one spelling that SNS uses counts.
  if (signature.toString('base64') !== message.Signature) return false;
  if (publicKey.asymmetricKeyType !== 'rsa') return false;
  return verify('sha256', Buffer.from(stringToSign(message)), publicKey, signature);
}
