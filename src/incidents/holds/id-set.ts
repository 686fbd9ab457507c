/** Ids of incidents that something is to be done about, shared by all processes; `queue/id-set.ts` keeps them in Redis. */
export interface IdSet {
  readonly add: (id: string) => Promise<void>;
  readonly all: () => Promise<readonly string[]>;
  readonly drop: (id: string) => Promise<void>;
}
