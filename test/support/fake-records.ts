import { OpsError } from '../../src/errors.ts';
import type { IncidentRecord, Records } from '../../src/ports/record.ts';

/** In-memory incident records for actions. */
export interface FakeRecords extends Records {
  readonly put: (record: IncidentRecord) => void;
}

export function fakeRecords(): FakeRecords {
  const records = new Map<string, IncidentRecord>();
  return {
    nameOf: async (user) => (user === 'U0LEAD' ? 'Mira Okafor' : undefined),
    put: (record) => void records.set(record.incident, record),
    of: async (incident) => {
      const record = records.get(incident);
      if (record === undefined) throw new OpsError('incident-unknown', incident);
      return record;
    },
  };
}
