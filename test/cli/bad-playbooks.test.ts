import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectOneLine, goodEnvironment, runRelight } from '../support/run-relight.ts';

const folder = mkdtempSync(join(tmpdir(), 'relight-playbooks-'));

describe('a start ends with one line if a playbook in RELIGHT_PLAYBOOKS', () => {
  it('has the wrong shape', async () => {
    writeFileSync(join(folder, 'broken.js'), 'export const playbook = { title: "x" };');

    expectOneLine(
      await runRelight(['start'], { ...goodEnvironment, RELIGHT_PLAYBOOKS: folder }),
      'broken.js',
      /relight playbooks check/,
    );
  });

  const ours = (rest: string, steps: string): string => `
    import { definePlaybook, z } from 'relight/define';
    import { lookAround } from './actions/look-around.js';
    const form = (fields) => ({ title: 'Choose', asks: 'Choose.', button: 'Choose', approver: 'responder', fields });
    const incident = ({ incident }) => incident;
    export const playbook = definePlaybook({
      title: 'Ours', summary: 'Ours.', handles: [], recovered: () => undefined,
      steps: ${steps},
      ${rest}
    });`;
  const action = (name: string, output: string): string => `
    import { defineAction, z } from 'relight/define';
    export const lookAround = defineAction({
      name: '${name}', effect: 'read', title: 'Look', does: 'Looks.', input: z.object({}), output: ${output},
      report: () => ({ headline: '' }), run: async () => ({}),
    });`;
  const choosing = (choice: string, key: string): string =>
    ours(
      `handOver: (results) => results[${JSON.stringify(key)}] && { playbook: results[${JSON.stringify(key)}].playbook, why: 'chosen' },`,
      `(first) => first.manual(${JSON.stringify(key)}, form([{ key: 'playbook', label: 'Playbook', kind: 'choice', choices: ['out-of-memory', ${JSON.stringify(choice)}] }]))`,
    );
  const looking = `(first) => first.action('looked', lookAround, incident)`;
  const good = action('look-around', 'z.object({})');

  it.each([
    [
      'offers a playbook that does not exist',
      choosing('out-of-memry', 'ours'),
      /“out-of-memry” of its step ours/,
    ],
    [
      'has a step key that a second run of another playbook takes',
      choosing('investigate', 'choice-2'),
      /choice-2/,
    ],
    [
      'names a playbook to hand over to that does not exist',
      ours(`handsOverTo: ['out-of-memry'],`, looking),
      /ours, handsOverTo: There is no playbook “out-of-memry”/,
    ],
    [
      'builds a step and drops it',
      ours(
        '',
        `(first) => { first.action('looked', lookAround, incident); return first.action('again', lookAround, incident); }`,
      ),
      /ours\.js: the step looked is built, but is not in the chain/,
    ],
    [
      'has a choice without choices',
      ours('', `(first) => first.manual('choice', form([{ key: 'one', label: 'One', kind: 'choice' }]))`),
      /ours\.js: .*the choice field “One” has no choices/,
    ],
    [
      'has an action of another name than its file',
      ours('', looking),
      /ours\.js, step looked: its action “look-about” is not exported by actions\/look-about\.ts/,
      action('look-about', 'z.object({})'),
    ],
    [
      'has an output that JSON cannot hold',
      ours('', looking),
      /ours\.js: .*must be storable as JSON.*: seen\.items\.at is a date/,
      action('look-around', 'z.object({ seen: z.array(z.object({ at: z.date() })) })'),
    ],
    [
      'is not made by definePlaybook',
      `export const playbook = { title: 'T', summary: 'S', handles: [], recovered: () => undefined, stepsIn: () => undefined,
        steps: [{ kind: 'manual', key: 'a', manual: { title: 'T', asks: 'A', button: 'B', approver: 'lead', fields: [{ key: 'a', label: 'A', kind: 'text' }] } }] };`,
      /ours\.js: .*import that from relight\/define/,
    ],
  ])('%s', async (_, code, wrong, lookAround = good) => {
    const own = mkdtempSync(join(folder, 'own-'));
    mkdirSync(join(own, 'actions'));
    writeFileSync(join(own, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(own, 'ours.js'), code);
    writeFileSync(join(own, 'actions', 'look-around.js'), lookAround);
    const environment = { ...goodEnvironment, RELIGHT_PLAYBOOKS: own };

    expectOneLine(await runRelight(['start'], environment), 'ours', wrong);
    expect(await runRelight(['playbooks', 'check'], environment)).toMatchObject({
      code: 1,
      out: expect.stringMatching(wrong),
    });
  });
});
