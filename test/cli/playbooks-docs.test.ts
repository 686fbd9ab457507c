import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { runRelight } from '../support/run-relight.ts';

describe('the page about the playbooks', () => {
  it('says what the catalogue says: run `npm run docs` after a change of a playbook', async () => {
    const { out } = await runRelight(['playbooks', 'docs', '--pictures', 'docs/playbooks']);

    expect(await readFile('docs/playbooks.md', 'utf8')).toBe(out);
  });
});
