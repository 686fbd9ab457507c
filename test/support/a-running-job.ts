import type { TrainingJob } from '../../src/ports/ports.ts';
import { ended, minute } from './a-training-run.ts';
import { aJob } from './fake-ports.ts';

/** A running job that started to train this many minutes before `ended`. */
export function trainingSince(minutesBefore: number, changes: Partial<TrainingJob> = {}): TrainingJob {
  const { endedAt: _, ...job } = aJob();
  const startedAt = ended - minutesBefore * minute;
  return {
    ...job,
    status: 'InProgress',
    secondaryStatus: 'Training',
    transitions: [
      { status: 'Starting', startedAt: startedAt - 5 * minute },
      { status: 'Training', startedAt },
    ],
    createdAt: startedAt - 5 * minute,
    ...changes,
  };
}
