import { type KeyObject, verify, X509Certificate } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { OpsError } from '../../errors.ts';
import { isCertificateUrl, readSnsMessage, type SnsMessage, stringToSign } from './message.ts';
import type { Refusal } from './refusals.ts';

export interface VerifyDeps {
  readonly topics: ReadonlySet<string>;
  /** The PEM text at an SNS URL. Throws `OpsError`; a retryable one says nothing about the message. */
  readonly certificate: (url: string) => Promise<string>;
  readonly now: () => number;
}

export type SnsVerification =
  | { readonly message: SnsMessage }
  | { readonly refused: Refusal; readonly topic?: string };

/** SNS retries for at most an hour: https://docs.aws.amazon.com/sns/latest/dg/creating-delivery-policy.html */
const freshMs = 65 * 60_000;
const maxCertificates = 16;

/** A parsed certificate: parsing takes longer than verifying a signature. */
interface ParsedCertificate {
  readonly validFrom: number;
  readonly validTo: number;
  readonly publicKey: KeyObject;
}

interface Verifier extends VerifyDeps {
  readonly certificates: LRUCache<string, ParsedCertificate>;
}

/** Verifies that a configured topic sent this text recently. No request is made until all local checks pass. */
export function createVerifySns(deps: VerifyDeps): (text: string) => Promise<SnsVerification> {
  const verifier: Verifier = { ...deps, certificates: new LRUCache({ max: maxCertificates }) };
  return async (text) => {
    const message = readSnsMessage(text);
    if (message === undefined) return { refused: 'shape' };
    const refused = problemInMessage(verifier, message) ?? (await problemInSignature(verifier, message));
    return refused === undefined ? { message } : { refused, topic: message.TopicArn };
  };
}

function problemInMessage({ topics, now }: VerifyDeps, message: SnsMessage): Refusal | undefined {
  if (!topics.has(message.TopicArn)) return 'topic';
  if (message.SignatureVersion !== '2') return 'version';
  if (!isCertificateUrl(message.SigningCertURL, message.TopicArn)) return 'certificate-url';
  const fresh = Math.abs(Date.parse(message.Timestamp) - now()) <= freshMs;
  return fresh ? undefined : 'time';
}

async function problemInSignature(verifier: Verifier, message: SnsMessage): Promise<Refusal | undefined> {
  const certificate = await certificateOf(verifier, message.SigningCertURL);
  if (certificate === undefined) return 'certificate';
  const now = verifier.now();
  const valid = certificate.validFrom <= now && now <= certificate.validTo;
  if (!valid) return 'certificate-dates';
  return isSignedWith(certificate, message) ? undefined : 'signature';
}

/** Undefined if it does not exist; throws if that is unknown for now. */
async function certificateOf(
  { certificate, certificates }: Verifier,
  url: string,
): Promise<ParsedCertificate | undefined> {
  try {
    const pem = await certificate(url);
    const parsed = certificates.get(pem) ?? readFields(readCertificate(pem));
    if (parsed !== undefined) certificates.set(pem, parsed);
    return parsed;
  } catch (thrown) {
    if (thrown instanceof OpsError && !thrown.retry) return undefined;
    throw thrown;
  }
}

function readFields(certificate: X509Certificate | undefined): ParsedCertificate | undefined {
  if (certificate === undefined) return undefined;
  const { validFrom, validTo, publicKey } = certificate;
  return { validFrom: Date.parse(validFrom), validTo: Date.parse(validTo), publicKey };
}

export function readCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

function isSignedWith({ publicKey }: ParsedCertificate, message: SnsMessage): boolean {
  const signature = Buffer.from(message.Signature, 'base64');
  // Base64 decoding is lenient, so accept only the canonical encoding that SNS uses.
  if (signature.toString('base64') !== message.Signature) return false;
  if (publicKey.asymmetricKeyType !== 'rsa') return false;
  return verify('sha256', Buffer.from(stringToSign(message)), publicKey, signature);
}
