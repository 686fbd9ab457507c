import { describe, expect, it } from 'vitest';
import { shellLine } from '../../../src/cli/shared/remedies.ts';
import { OpsError, opsErrorCodes } from '../../../src/errors.ts';

/** Whoever reads it sits at a shell. */
const notAtShell =
  /\bpress\b|button|`\/relight|\bthread\b|\bcard\b|this step|\babove\b|\bbelow\b(?! `)|shown here|next to/i;

describe('an error on the command line', () => {
  it.each(opsErrorCodes)('%s says in one line what is wrong and what to do at a shell', (code) => {
    const line = shellLine(new OpsError(code, 'detail'));

    expect(line).toMatch(/: detail\. [A-Z].*\.$/);
    expect(line.split('detail. ')[1]).not.toMatch(notAtShell);
  });
});
