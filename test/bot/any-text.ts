import fc from 'fast-check';

const nasty = fc.constantFrom(
  '<!channel>',
  '<!here|x>',
  '<@U0LEAD>',
  '<#C0INCIDENT>',
  '<https://evil.example|click>',
  'https://evil.example/?a=1&b=2',
  '*bold* _it_ ~no~ `code` ```fence```',
  ':warning:',
  '\u202Egnp.exe\u2066',
  'a\u0000b\u001Bc\u200Bd',
  '\uD800',
  '&lt;!channel&gt;',
  'line\nline\r\n> quote\n• list',
);
export const text = fc
  .array(fc.oneof(nasty, fc.string({ unit: 'binary' }), fc.lorem()), { maxLength: 6 })
  .map((parts) => parts.join(' '));
const long = fc
  .tuple(text, fc.integer({ min: 1, max: 400 }))
  .map(([part, times]) => part.repeat(times).slice(0, 20_000));
/** Untrusted text of any length. */
export const anyText = fc.oneof(text, long, fc.constant(''));
