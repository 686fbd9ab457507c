import type { Incident } from '../incidents/model/incident.ts';
import type { Clock, S3Uri } from '../ports/ports.ts';
import type { DrillStore } from './drill-store.ts';
import type { Scenario } from './scenario.ts';

/** The drill whose Region is simulated. The Region follows from its incident and from what the store holds. */
export interface Simulation {
  readonly incident: Pick<Incident, 'id' | 'job' | 'region' | 'openedAt' | 'drill'>;
  readonly scenario: Scenario;
  /** An instance type that the caps allow. */
  readonly instanceType: string;
  readonly store: DrillStore;
  readonly clock: Clock;
}

const bucket = 's3://relight-drill/' satisfies S3Uri;

export const places = {
  checkpoints: `${bucket}checkpoints/`,
  recovery: `${bucket}checkpoints-recovery/`,
  backup: `${bucket}backup/`,
  data: `${bucket}training-data/`,
  fixedData: `${bucket}fixed-data/`,
  code: `${bucket}code/`,
  output: `${bucket}output/`,
} as const satisfies Readonly<Record<string, S3Uri>>;

export const minute = 60_000;
