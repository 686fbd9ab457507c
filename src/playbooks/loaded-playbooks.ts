import type { IncidentKind, Playbook } from './define.ts';

export interface CatalogEntry {
  /** The file's name without its ending, e.g. `spot-interruption`. */
  readonly id: string;
  readonly playbook: Playbook;
}

export interface Catalog {
  readonly list: readonly CatalogEntry[];
  readonly get: (id: string) => Playbook | undefined;
  /** The playbook that names this kind in `handles`. */
  readonly handling: (kind: IncidentKind) => CatalogEntry | undefined;
}
