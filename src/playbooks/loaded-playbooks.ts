import type { HandOver, IncidentKind, Playbook } from './define.ts';

export interface CatalogEntry {
  /** The file name without its extension, e.g. `spot-interruption`. */
  readonly id: string;
  readonly playbook: Playbook;
}

export interface Catalog {
  readonly list: readonly CatalogEntry[];
  readonly get: (id: string) => Playbook | undefined;
  /** The playbook that names this kind in `handles`. */
  readonly handling: (kind: IncidentKind) => CatalogEntry | undefined;
}

/** The playbook that a hand-over starts, or one sentence that says why there is none. */
export type Named =
  | { readonly id: string; readonly missing?: undefined }
  | { readonly id?: undefined; readonly missing: string };

export function namedBy(handOver: HandOver, catalog: Pick<Catalog, 'get' | 'handling' | 'list'>): Named {
  if ('playbook' in handOver) {
    const { playbook: id } = handOver;
    return catalog.get(id) === undefined
      ? { missing: `There is no playbook “${id}”; the playbooks are ${idsIn(catalog)}` }
      : { id };
  }
  const entry = catalog.handling(handOver.kind);
  return entry === undefined
    ? { missing: `No playbook handles ${handOver.kind}; the playbooks are ${idsIn(catalog)}` }
    : { id: entry.id };
}

function idsIn({ list }: Pick<Catalog, 'list'>): string {
  return list.map(({ id }) => id).join(', ');
}
