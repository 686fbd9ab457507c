/**
 * What people and changes did in the simulated Region of a drill: jobs that were launched or stopped, files that were
 * written. All the rest of the Region is computed, so a restart continues the drill where it was.
 */
export interface DrillStore {
  readonly all: () => Promise<ReadonlyMap<string, string>>;
  /** The first value of a field stays; false if there was one. */
  readonly putOnce: (field: string, value: string) => Promise<boolean>;
}

/** The store of each drill, by its incident. */
export type DrillStores = (incident: string) => DrillStore;
