import { nameOf } from '../checkpoints/folders.ts';
import { ReadCost } from '../checkpoints/formats/ranged-file.ts';
import { listCheckpoint } from '../checkpoints/grading/list-checkpoint.ts';
import { OpsError } from '../errors.ts';
import { count, counted } from '../in-words.ts';
import { versionIn, versionName } from '../models/version.ts';
import {
  type Basis,
  type CheckpointBasis,
  type FrozenFile,
  identityOf,
  type ObjectsBasis,
  type PackageBasis,
  sorted,
} from '../ports/basis.ts';
import type { Models } from '../ports/models.ts';
import type { Checkpoints, Ports, S3Uri } from '../ports/ports.ts';
import type { Proposal } from '../ports/step-output.ts';
import { freezeObjects } from '../training-data/read/freeze-objects.ts';
import { changeOfImage } from './basis/image-basis.ts';
import { requireWithinCaps } from './caps.ts';
import { changeOfLimits, limitsNow } from './prices/launch-terms.ts';

interface GradedCheckpoint {
  readonly uri: S3Uri;
  readonly also?: readonly S3Uri[] | undefined;
  /** Identity of the graded files; absent in journals of earlier versions. */
  readonly identity?: string | undefined;
}

/** Freezes the files of a checkpoint. Throws `basis-changed` if they are not the graded ones. */
export async function freezeCheckpoint(
  { uri, also, identity }: GradedCheckpoint,
  checkpoints: Checkpoints,
): Promise<CheckpointBasis> {
  const folder = { uri, step: 0, ...(also !== undefined && { also: [...also] }) };
  const { files } = await listCheckpoint(checkpoints, folder, new ReadCost());
  const frozen = sorted(files.values());
  if (identity !== undefined && identity !== identityOf(frozen))
    throw new OpsError('basis-changed', `${nameOf(uri)} was written to after it was checked`);
  return { kind: 'checkpoint', uri, ...(also !== undefined && { also: [...also] }), files: frozen };
}

/** Freezes a model version as it is now in the registry and in S3. */
export async function freezePackage(arn: string, models: Models): Promise<PackageBasis> {
  const { approval, status, containers } = await models.packageNow(arn);
  return { kind: 'package', arn, approval, status, containers: containers.map((one) => ({ ...one })) };
}

/** The part of a proposal that is compared with the present state. */
interface Checked {
  readonly request: Proposal['request'];
  readonly reliesOn?: Readonly<Proposal['reliesOn']>;
}

/**
 * Checks the present caps of relight.yaml and everything that the request relies on: before a change begins, and again
 * right before it is sent. Throws `cap-exceeded` or `basis-changed`.
 */
export async function requireStillTrue(
  { request, reliesOn = [] }: Checked,
  ports: BasisPorts & Pick<Ports, 'caps' | 'prices'>,
): Promise<void> {
  // Only a training launch has this field; an endpoint's instances are checked by its own action.
  if ('ResourceConfig' in request) requireWithinCaps(request, ports);
  const limits = reliesOn.find((basis) => basis.kind === 'limits');
  const change = limits && changeOfLimits(limits, limitsNow(request, ports));
  if (change !== undefined) throw new OpsError('basis-changed', change);
  await requireUnchanged(reliesOn, ports);
}

export type BasisPorts = Pick<Ports, 'checkpoints' | 'datasets' | 'images' | 'models'>;

/** Throws `basis-changed` for the first difference from the state at the time of the request. */
export async function requireUnchanged(reliesOn: readonly Basis[], ports: BasisPorts): Promise<void> {
  for (const basis of reliesOn) {
    const change = await changeOf(basis, ports);
    if (change !== undefined) throw new OpsError('basis-changed', change);
  }
}

async function changeOf(basis: Basis, ports: BasisPorts): Promise<string | undefined> {
  switch (basis.kind) {
    case 'checkpoint': {
      const { files } = await freezeCheckpoint({ uri: basis.uri, also: basis.also }, ports.checkpoints);
      return changeOfFiles(basis, files);
    }
    case 'objects':
      return changeOfObjects(basis, await freezeObjects(basis.what, basis.uri, ports.datasets));
    case 'package':
      return changeOfPackage(basis, await freezePackage(basis.arn, ports.models));
    case 'image':
      return changeOfImage(basis, await ports.images.digestOf(basis.image));
    case 'limits':
      // Compared together with the request, whose price is one of them.
      return undefined;
    default:
      return basis satisfies never;
  }
}

function changeOfFiles({ uri, files }: CheckpointBasis, now: readonly FrozenFile[]): string | undefined {
  const standing = new Map(now.map((file) => [file.name, file]));
  const before = new Set(files.map(({ name }) => name));
  const changes = [
    ...files.flatMap(({ name, size, etag }) => {
      const present = standing.get(name);
      if (present === undefined) return [`${name} is gone`];
      return present.size === size && present.etag === etag ? [] : [`${name} was overwritten`];
    }),
    ...now.flatMap(({ name }) => (before.has(name) ? [] : [`${name} is new`])),
  ];
  const [first] = changes;
  if (first === undefined) return undefined;
  const more = changes.length === 1 ? '' : `, and ${count(changes.length - 1)} more`;
  return `${nameOf(uri)} changed after it was checked: ${first}${more}`;
}

function changeOfObjects(before: ObjectsBasis, now: ObjectsBasis): string | undefined {
  if (before.identity === now.identity) return undefined;
  const objects =
    before.objects === now.objects
      ? 'objects were overwritten'
      : `${counted(before.objects, 'object')} then, ${count(now.objects)} now`;
  return `${before.what} at ${before.uri} changed after it was checked: ${objects}`;
}

function changeOfPackage(before: PackageBasis, now: PackageBasis): string | undefined {
  const found = versionIn(before.arn);
  const name = found === undefined ? before.arn : versionName(found);
  if (before.approval !== now.approval)
    return `${name} is ${now.approval} in the registry now, and was ${before.approval}`;
  if (before.status !== now.status) return `${name} is ${now.status} now, and was ${before.status}`;
  const same = (...fields: readonly (keyof PackageBasis['containers'][number])[]): boolean =>
    before.containers.length === now.containers.length &&
    before.containers.every((one, at) => fields.every((field) => one[field] === now.containers[at]?.[field]));
  if (!same('image', 'imageDigest')) return `the container image of ${name} changed`;
  return same('model', 'modelIdentity') ? undefined : `the artifact of ${name} changed in S3`;
}
