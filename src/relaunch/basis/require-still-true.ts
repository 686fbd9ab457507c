import type { Ports } from '../../ports/ports.ts';
import type { Proposal } from '../../ports/step-output.ts';
import { requireWithinCaps } from '../caps.ts';
import { type BasisPorts, requireUnchanged } from './require-unchanged.ts';

/** The part of a proposal that is compared with what there is now. */
interface Checked {
  readonly request: Proposal['request'];
  readonly reliesOn?: Readonly<Proposal['reliesOn']>;
}

/**
 * Asked before a change begins and once more right before it is sent: the caps of relight.yaml as they are now, and
 * everything that the request relies on. Throws `cap-exceeded` or `basis-changed`.
 */
export async function requireStillTrue(
  { request, reliesOn = [] }: Checked,
  ports: BasisPorts & Pick<Ports, 'caps'>,
): Promise<void> {
  // Only a launch of training has this field; an endpoint is compared with what it has, by its own action.
  if ('ResourceConfig' in request) requireWithinCaps(request, ports.caps);
  await requireUnchanged(reliesOn, ports);
}
