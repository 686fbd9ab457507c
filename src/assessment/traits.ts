import type { TrainingJob } from '../ports/ports.ts';

/** Traits that jobs may have in common, in the words of the report. */
export const traitKinds = ['instance type', 'subnet', 'image', 'training data', 'role'] as const;
export type TraitKind = (typeof traitKinds)[number];

export interface Trait {
  readonly kind: TraitKind;
  readonly value: string;
}

type TraitFields = Pick<TrainingJob, 'instanceType' | 'subnets' | 'image' | 'inputs' | 'role'>;

export function traitsOf({ instanceType, subnets = [], image, inputs, role }: TraitFields): Trait[] {
  const folders = new Set(inputs.flatMap(({ uri }) => foldersAbove(uri)));
  return [
    ...(instanceType === undefined ? [] : [{ kind: 'instance type', value: instanceType } as const]),
    ...subnets.map((value) => ({ kind: 'subnet', value }) as const),
    ...(image === undefined ? [] : [{ kind: 'image', value: image } as const]),
    ...[...folders].map((value) => ({ kind: 'training data', value }) as const),
    ...(role === undefined ? [] : [{ kind: 'role', value: role } as const]),
  ];
}

/** `s3://b/a/x.json` is in `s3://b/a/` and in `s3://b/`: two jobs may read different files of one broken folder. */
function foldersAbove(uri: string): string[] {
  const [, bucket = '', path = ''] = /^(s3:\/\/[^/]+\/?)(.*)$/s.exec(uri) ?? [];
  const parts = path.split('/').slice(0, -1);
  const root = bucket.replace(/\/?$/, '/');
  return [root, ...parts.map((_, index) => `${root}${parts.slice(0, index + 1).join('/')}/`)];
}
