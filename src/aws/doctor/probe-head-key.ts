import type { HeadKey } from '../../audit/archive/head-signer.ts';
import { createHeadKey } from '../audit/head-key.ts';
import type { Clients } from '../clients.ts';
import { callProbe, notProbed, type Probe } from './probe.ts';

/** Begins like no text that Relight ever proves, so its signature is worth nothing. */
const probeText = Buffer.from('["relight-doctor"]');

/** `signs`: a process that only checks heads may not sign them. */
export function headKeyProbes(
  { kmsIn }: Pick<Clients, 'kmsIn'>,
  arn: string | undefined,
  signs: boolean,
): readonly Probe[] {
  const key = arn === undefined ? undefined : createHeadKey(kmsIn, arn);
  return [getProbe(key), signProbe(key, signs)].map((probe) => ({
    ...probe,
    source: 'RELIGHT_HEAD_KEY_ARN',
  }));
}

const notSet = 'RELIGHT_HEAD_KEY_ARN is not set, so RELIGHT_SIGNING_KEY signs the heads (docs/vault.md)';

function getProbe(key: HeadKey | undefined): Probe {
  const [permission, name] = ['kms:GetPublicKey', 'check the heads of the archive'] as const;
  return key === undefined ? notProbed(permission, name, notSet) : callProbe(permission, name, key.publicKey);
}

function signProbe(key: HeadKey | undefined, signs: boolean): Probe {
  const [permission, name] = ['kms:Sign', 'sign the heads of the archive'] as const;
  if (key === undefined) return notProbed(permission, name, notSet);
  if (!signs) return notProbed(permission, name, 'only processes that take clicks sign heads');
  return callProbe(permission, name, async () => key.sign(probeText));
}
