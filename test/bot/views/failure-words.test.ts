import { describe, expect, it } from 'vitest';
import { choosePlaybookForm } from '../../../src/bot/clicks/playbook-forms.ts';
import { silenceForm } from '../../../src/bot/clicks/silence-form.ts';
import { formView } from '../../../src/bot/views/form.ts';
import { homeView } from '../../../src/bot/views/home/home.ts';
import { thread } from '../../../src/bot/views/thread.ts';
import type { Entry, IncidentEvent } from '../../../src/incidents/model/events.ts';
import { incidentFrom } from '../../../src/incidents/model/reduce.ts';
import { loadCatalog, shippedCatalog } from '../../../src/playbooks/catalog.ts';
import { failureWords, IncidentKind } from '../../../src/ports/failure-kind.ts';
import { anOpening } from '../../support/a-journal.ts';
import { failedJob } from '../../support/fake-ports.ts';

const catalog = await loadCatalog([shippedCatalog]);
const now = 2_000_000;
const ref = { incident: 'rl-test1234', step: 'outcome', attempt: 1, hash: '' };

function incidentOf(kind: IncidentKind) {
  const diagnosis = {
    kind,
    strategy: 'resume',
    why: 'The job failed',
    evidence: [],
    confidence: 'high',
    jobStatus: 'Failed',
    secondaryStatus: 'Failed',
    interruptions: 0,
    inputs: {},
  };
  const id = catalog.list.find(({ playbook }) => playbook.handles.includes(kind))?.id ?? '';
  const keys = catalog.get(id)?.steps.map(({ key }) => key) ?? [];
  const events: readonly IncidentEvent[] = [
    anOpening({ job: failedJob, kind }),
    { type: 'playbook-started', playbook: id, steps: keys },
    ...(keys.includes('diagnosis')
      ? [{ type: 'step-done', step: 'diagnosis', attempt: 1, result: diagnosis } as const]
      : []),
  ];
  return incidentFrom(events.map((event, seq): Entry => ({ seq, at: now, event, prev: '', hash: '' })));
}

describe('a failure kind', () => {
  it.each(IncidentKind.options)('%s is only shown in words', (kind) => {
    const incident = incidentOf(kind);
    const playbook = catalog.get(incident.playbook ?? '');
    const messages = thread(incident, catalog.get, now);
    const home = homeView(
      {
        incidents: [{ incident, playbook }],
        total: 1,
        deadLetters: 0,
        unreadable: [],
        muted: [],
        user: 'U0LEAD',
        awaiting: [],
        figures: undefined,
        channel: 'C0INCIDENT',
      },
      now,
    );
    const forms = [silenceForm(incident), choosePlaybookForm(incident, catalog)].map((form) =>
      formView(ref, form, { thread: undefined }),
    );

    const shown = JSON.stringify([messages, home, forms]);
    expect(shown).toContain(failureWords[kind]);
    const raw = IncidentKind.options.filter((one) => one.includes('_') && shown.includes(one));
    expect(raw).toEqual([]);
  });
});
