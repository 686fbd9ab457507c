import { redactText } from '../../sanitize/redaction.ts';

/** The beginning says what broke; FailureReason is cut after 1,024 characters, and the log is not. */
const longest = { read: 2_000, kept: 160 } as const;

const value = '…';
/** Exceptions whose message is the name that is missing: another name is another bug. */
const namesSomething =
  /^(?:KeyError|AttributeError|NameError|UnboundLocalError|(?:ModuleNotFound|Import)Error|TypeError)$/;
const quoted = /(?<!\w)(?:'([^'\n]{0,400})'|"([^"\n]{0,400})"|`([^`\n]{0,400})`|“([^“”\n]{0,400})”)(?!\w)/g;
const identifier = /^[A-Za-z_][\w.]{0,80}$/;
const withNumber = /[\w.,+-]+/g;
const units =
  /… ?(?:[kKMGTP]?i?[Bb]|bytes?|[mun]?s|secs?|seconds?|min|minutes?|h|hours?|milliseconds?|%)(?![\w/])/g;
const series = /…(?:[\s.,:;x*×/()[\]-]{0,4}…)+/g;

/** A message without the parts that differ each time: numbers, IDs, paths, addresses, times, quoted values and secrets. */
export function withoutValues(message: string, type = ''): string {
  const keepsNames = namesSomething.test(type);
  return firstLines(redactText(message.slice(0, longest.read)))
    .replaceAll(quoted, (_, ...found: readonly unknown[]) => {
      const name = found.slice(0, 4).find((one) => typeof one === 'string');
      return keepsNames && typeof name === 'string' && identifier.test(name) ? ` ${name} ` : value;
    })
    .replaceAll(/[^\s'"`“”<>()[\]{},;=]+/g, (token) => (token.includes('/') ? value : token))
    .replaceAll(withNumber, (token) => (/\d/.test(token) ? value : token))
    .replaceAll(units, value)
    .replaceAll(series, value)
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, longest.kept);
}

/** Later lines are often output of somebody else; they only matter where the first one announces them. */
function firstLines(text: string): string {
  const [first = '', second = ''] = text.split('\n').filter((line) => line.trim() !== '');
  return /:\s*$|validation errors? for/.test(first) ? `${first} ${second}` : first;
}
