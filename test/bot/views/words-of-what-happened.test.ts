import { describe, expect, it } from 'vitest';
import { genesis, seal } from '../../../src/audit/chain.ts';
import { thread } from '../../../src/bot/views/thread.ts';
import type { Entry, IncidentEvent } from '../../../src/incidents/model/events.ts';
import { incidentFrom } from '../../../src/incidents/model/reduce.ts';
import { retryWithFixedData } from '../../../src/playbooks/actions/retry-with-fixed-data.ts';
import { loadCatalog, shippedCatalog } from '../../../src/playbooks/catalog.ts';
import { consequences } from '../../../src/queue/steps/consequences.ts';
import { anOpening } from '../../support/a-journal.ts';
import { aJob, failedJob, fakePorts, firstTry } from '../../support/fake-ports.ts';
import { manyAttempts } from '../../support/no-budget.ts';

const catalog = await loadCatalog([shippedCatalog]);
const now = 2_000_000;

/** The journal, with the events that Relight adds automatically. */
function journalOf(events: readonly IncidentEvent[]): readonly Entry[] {
  const given = events.reduce<readonly Entry[]>(
    (entries, event, seq) => [
      ...entries,
      seal({ seq, at: now, event, prev: entries.at(-1)?.hash ?? genesis }),
    ],
    [],
  );
  const more = consequences(catalog, incidentFrom(given), now, manyAttempts);
  return more.length === 0 ? given : journalOf([...events, ...more]);
}

function shown(events: readonly IncidentEvent[]): { key: string; text: string; blocks: string }[] {
  const incident = incidentFrom(journalOf(events));
  return thread(incident, catalog.get, now).map(({ key, text, blocks }) => ({
    key,
    text,
    blocks: JSON.stringify(blocks),
  }));
}

function started(playbook: string): readonly IncidentEvent[] {
  const steps = catalog.get(playbook)?.steps.map(({ key }) => key) ?? [];
  return [anOpening({ job: failedJob }), { type: 'playbook-started', playbook, steps }];
}

const diagnosis = {
  kind: 'spot_interruption',
  strategy: 'none_trains_again',
  why: 'SageMaker restarted the job itself at 2026-11-23 03:17 UTC',
  evidence: [],
  confidence: 'high',
  jobStatus: 'InProgress',
  secondaryStatus: 'Training',
  interruptions: 1,
  inputs: {},
};

describe('the thread only says what is true', () => {
  it('in one message that SageMaker restarted the job itself and that no other step is needed', () => {
    const messages = shown([
      ...started('spot-interruption'),
      { type: 'step-done', step: 'diagnosis', attempt: 1, result: diagnosis },
    ]);

    expect(messages.map(({ key }) => key)).toEqual(['card', 'step-diagnosis', 'step-checkpoint']);
    expect(messages[2]?.blocks).toContain(
      'SageMaker restarted the job itself at 2026-11-23 03:17 UTC; the remaining 8 steps are not needed.',
    );
    expect(messages[2]?.blocks).toContain('steps 2 to 9 of 9');
  });

  it('and does not offer a checkpoint to resume from if a person stopped the job', () => {
    const why = 'a person wanted it, so Relight does not start it again';
    const stopped = { ...diagnosis, kind: 'user_stopped', strategy: 'none', why, jobStatus: 'Stopped' };
    const [, , skipped, ...rest] = shown([
      ...started('spot-interruption'),
      { type: 'step-done', step: 'diagnosis', attempt: 1, result: stopped },
    ]);

    expect(skipped?.blocks).toContain(
      `A person wanted it, so Relight does not start it again; these 6 steps are not needed.`,
    );
    expect(rest.map(({ key }) => key)).toEqual(['step-document']);
  });

  it('and after a fix is undone, no button, title or recovery mentions the fixed data', async () => {
    const ports = fakePorts();
    ports.training.put(aJob());
    const input = {
      job: failedJob,
      origin: { from: 'scratch', why: 'no checkpoint' } as const,
      rpoMinutes: 30,
      inputs: { train: 's3://srl-rlvr-training/fixed/' } as const,
      useFixed: false,
    };
    const proposal = await retryWithFixedData.preview(input, ports, firstTry);
    const fixed = { ...diagnosis, kind: 'data', strategy: 'retry_after_data_fix', jobStatus: 'Failed' };
    const events: IncidentEvent[] = [
      ...started('invalid-data'),
      { type: 'step-done', step: 'diagnosis', attempt: 1, result: fixed },
      { type: 'step-done', step: 'checked', attempt: 1, result: { errors: 3 } },
      { type: 'step-done', step: 'fixed', attempt: 1, result: { inputs: input.inputs } },
      { type: 'step-done', step: 'origin', attempt: 1, result: { origin: input.origin } },
      {
        type: 'step-proposed',
        step: 'retried',
        attempt: 1,
        proposal,
        hash: 'h',
        role: 'responder',
        needs: 1,
      },
    ];
    const retried = shown(events).find(({ key }) => key === 'step-retried');

    for (const words of ['"text":"Retry with the original data"', '"text":"Use the fix again"'])
      expect(retried?.blocks).toContain(words);
    expect(retried?.blocks).not.toMatch(/Retry with the fixed data|Undo the fix|reads the fixed copy/);

    const launched = { job: 'copy', arn: 'arn', adopted: false, step: 0, staged: null, usesFixed: false };
    const playbook = catalog.get('invalid-data');
    const facts = { id: '', job: '', tier: '', failedAt: 0, rtoMinutes: 0, rpoMinutes: 0, chosen: false };
    expect(playbook?.recovered({ incident: facts, retried: launched, training: { job: 'copy' } })).toBe(
      'copy is training on the original data',
    );
  });
});
