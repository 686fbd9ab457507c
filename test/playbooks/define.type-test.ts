import { z } from 'zod';
import { defineAction, definePlaybook } from '../../src/playbooks/define.ts';

/**
 * Mistakes that must not compile. Never run: the compiler checks it with everything else, and complains here
 * when one of them starts to compile.
 */

const report = (): { headline: string } => ({ headline: '' });
const proposal = { headline: '', request: {}, differences: [], warnings: [] };
const words = { name: 'a-thing', title: 'A thing', does: 'Does it.', report };
const shapes = { input: z.object({ job: z.string() }), output: z.object({ uri: z.string() }) };
const rights = { approver: 'responder', button: 'Do it' } as const;

const find = defineAction({ ...words, ...shapes, effect: 'read', run: async ({ job }) => ({ uri: job }) });
const resume = defineAction({
  ...words,
  ...rights,
  effect: 'change',
  input: z.object({ job: z.string(), uri: z.string() }),
  output: z.object({ name: z.string() }),
  preview: async () => proposal,
  run: async (_proposal, { job }) => ({ name: job }),
});
const playbook = { title: 'T', summary: 'S', recovered: () => undefined };

// 1. A change without a preview.
// @ts-expect-error
defineAction({ ...words, ...shapes, ...rights, effect: 'change', run: async () => ({ uri: '' }) });

// 2. A read that asks for an approver.
// @ts-expect-error
defineAction({ ...words, ...shapes, effect: 'read', approver: 'lead', run: async () => ({ uri: '' }) });

// 3. A result that is not the declared output.
// @ts-expect-error
defineAction({ ...words, ...shapes, effect: 'read', run: async () => ({ url: '' }) });

// 4. An input that was not declared.
// @ts-expect-error
defineAction({ ...words, ...shapes, effect: 'read', run: async ({ bucket }) => ({ uri: bucket }) });

// 5. The same step twice.
definePlaybook({
  ...playbook,
  handles: ['unknown'],
  steps: (first) =>
    first
      .action('found', find, ({ incident }) => ({ job: incident.job }))
      // @ts-expect-error
      .action('found', find, ({ incident }) => ({ job: incident.job })),
});

// 6. A step whose input lacks a field.
definePlaybook({
  ...playbook,
  handles: ['unknown'],
  // @ts-expect-error
  steps: (first) => first.action('resumed', resume, ({ incident }) => ({ job: incident.job })),
});

// 7. A result that does not exist yet.
definePlaybook({
  ...playbook,
  handles: ['unknown'],
  steps: (first) =>
    // @ts-expect-error
    first.action('resumed', resume, ({ incident, found }) => ({ job: incident.job, uri: found.uri })),
});

// 8. An unknown failure kind.
// @ts-expect-error
definePlaybook({ ...playbook, handles: ['bad_luck'], steps: (first) => first });

// 9. A result used without a check although its step may have been skipped.
definePlaybook({
  ...playbook,
  handles: ['unknown'],
  steps: (first) =>
    first
      .actionWhen(
        'found',
        find,
        ({ incident }) => ({ job: incident.job }),
        () => true,
      )
      // @ts-expect-error
      .action('resumed', resume, ({ incident, found }) => ({ job: incident.job, uri: found.uri })),
});

// 10. A step that was built and dropped: later steps cannot read its result.
definePlaybook({
  ...playbook,
  handles: ['unknown'],
  steps: (first) => {
    first.action('found', find, ({ incident }) => ({ job: incident.job }));
    return first.action('again', find, ({ incident }) => ({ job: incident.job }));
  },
  // @ts-expect-error
  recovered: ({ found }) => found?.uri,
});

// 11. An output that JSON cannot hold, at any depth.
const look = { ...words, effect: 'read', input: z.object({}) } as const;
const never = (): Promise<never> => Promise.reject(new Error('never run'));
// @ts-expect-error
defineAction({ ...look, output: z.map(z.string(), z.number()), run: never });
// @ts-expect-error
defineAction({ ...look, output: z.object({ seen: z.array(z.object({ at: z.date() })) }), run: never });
// @ts-expect-error
defineAction({ ...look, output: z.object({ bytes: z.bigint().optional() }), run: never });
// @ts-expect-error
defineAction({ ...look, output: z.object({ names: z.set(z.string()) }), run: never });
// @ts-expect-error
defineAction({ ...look, output: z.object({ steps: z.array(z.number().optional()) }), run: never });
// JSON values compile: optional fields, null, unions, records, lists of lists.
defineAction({
  ...look,
  output: z.object({
    uri: z.string().optional(),
    kind: z.union([z.literal('a'), z.null()]),
    sizes: z.record(z.string(), z.array(z.array(z.number()))),
  }),
  run: never,
});

// 12. A hand-over to a playbook that `handsOverTo` does not name.
definePlaybook({
  ...playbook,
  handles: ['unknown'],
  steps: (first) => first.action('found', find, ({ incident }) => ({ job: incident.job })),
  handsOverTo: ['out-of-memory'],
  // @ts-expect-error
  handOver: () => ({ playbook: 'out-of-memry', why: 'a typo' }),
});
