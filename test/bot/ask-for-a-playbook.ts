import { definePlaybook } from '../../src/playbooks/define.ts';

const anyName: readonly string[] = [];

/** A form that asks for a playbook by name, as a custom playbook may. */
export const askForOne = definePlaybook({
  title: 'Ask for one',
  summary: 'A person names the playbook.',
  handles: [],
  steps: (first) =>
    first
      .manual('choice', {
        title: 'Name a playbook',
        asks: 'Which one?',
        button: 'Choose',
        approver: 'responder',
        fields: [
          { key: 'why', label: 'Why', kind: 'text', optional: true },
          { key: 'name', label: 'Playbook', kind: 'text' },
        ],
      })
      .manual('document', {
        title: 'Write it down',
        asks: 'Say what happened.',
        button: 'Document',
        approver: 'responder',
        fields: [{ key: 'cause', label: 'Cause', kind: 'text' }],
      }),
  // A person types the name, so any name compiles; it is checked when they submit the form.
  handsOverTo: anyName,
  handOver: ({ choice }) => choice && { playbook: choice.name, why: 'a person chose it' },
  recovered: () => undefined,
});
