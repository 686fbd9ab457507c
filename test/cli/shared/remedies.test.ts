import { describe, expect, it } from 'vitest';
import { shellLine } from '../../../src/cli/shared/remedies.ts';
import { OpsError, opsErrorCodes } from '../../../src/errors.ts';

/** Words that make no sense at a shell. */
const notAtShell =
  /\bpress\b|button|`\/relight|\bthread\b|\bcard\b|this step|\babove\b|\bbelow\b(?! `)|shown here|next to/i;

describe('an error on the command line', () => {
  it.each(opsErrorCodes)('%s is one line with the problem and a remedy for the shell', (code) => {
    const line = shellLine(new OpsError(code, 'detail'));

    expect(line).toMatch(/: detail\. [A-Z].*\.$/);
    expect(line.split('detail. ')[1]).not.toMatch(notAtShell);
  });
});
