import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { runRelight } from '../support/run-relight.ts';

describe('docs/playbooks.md', () => {
  it('matches the catalog; run `npm run docs` after changing a playbook', async () => {
    const { out } = await runRelight(['playbooks', 'docs', '--pictures', 'docs/playbooks']);

    expect(await readFile('docs/playbooks.md', 'utf8')).toBe(out);
  });
});
