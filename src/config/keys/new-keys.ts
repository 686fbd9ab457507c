import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';

/** New values of the variables in `keys.ts`. */
export interface NewKeys {
  readonly RELIGHT_JOURNAL_KEY: string;
  readonly RELIGHT_SIGNING_KEY: string;
  readonly RELIGHT_VERIFY_KEY: string;
  /** For compose.yaml; it can stand in a URL as it is. */
  readonly REDIS_PASSWORD: string;
}

export function newKeys(): NewKeys {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    RELIGHT_JOURNAL_KEY: randomBytes(32).toString('base64'),
    RELIGHT_SIGNING_KEY: inBase64(privateKey, 'pkcs8'),
    RELIGHT_VERIFY_KEY: inBase64(publicKey, 'spki'),
    REDIS_PASSWORD: randomBytes(24).toString('hex'),
  };
}

function inBase64(key: KeyObject, type: 'pkcs8' | 'spki'): string {
  const bytes = type === 'pkcs8' ? key.export({ format: 'der', type }) : key.export({ format: 'der', type });
  return bytes.toString('base64');
}
