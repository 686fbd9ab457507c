import { OpsError } from '../../errors.ts';
import { normalized, type Pin } from './requirement.ts';

/** One line of requirements.txt; `before` is absent for a new line. */
export interface LineChange {
  readonly before?: string;
  readonly after: string;
}

export interface PinnedRequirements {
  readonly text: string;
  /** Empty if the file already has this pin. */
  readonly changes: readonly LineChange[];
  /** Other files that pip reads as well, e.g. `-c constraints.txt`. */
  readonly includes: readonly string[];
}

/** https://pip.pypa.io/en/stable/reference/requirements-file-format/ */
const requirement =
  /^\s{0,20}([A-Za-z0-9][A-Za-z0-9._-]{0,99})\s{0,20}(\[[^\]]{0,200}\])?([^;#]{0,1000})(;[^#]{0,500})?(#.{0,1000})?$/;
const include = /^\s{0,20}(?:-r|-c|--requirement|--constraint)[ =]/;

/** Replaces the lines of the package, or adds one at the end. All other lines stay as they are. */
export function withPin(text: string, pin: Pin): PinnedRequirements {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = text.split(/\r?\n/);
  if (lines.some((line) => /--(?:hash|require-hashes)\b/.test(line)))
    throw new OpsError(
      'source-unusable',
      'requirements.txt lists hashes, which must be computed again by hand',
    );
  const changes: LineChange[] = [];
  let isThere = false;
  const written = lines.map((line, index) => {
    if (!isAbout(line, pin)) return line;
    refuseUrl(line, index, pin);
    const after = pinnedLine(line, pin);
    isThere = true;
    if (after !== line.trim()) changes.push({ before: line.trim(), after });
    return after === line.trim() ? line : after;
  });
  const includes = lines.filter((line) => include.test(line)).map((line) => line.trim());
  if (isThere) return { text: written.join(newline), changes, includes };
  const kept = lines.at(-1)?.trim() === '' ? lines.slice(0, -1) : lines;
  return { text: [...kept, pin.text, ''].join(newline), changes: [{ after: pin.text }], includes };
}

function isAbout(line: string, { name }: Pin): boolean {
  const source = /^\s{0,20}(?:-e\s{1,5})?(?:git\+|https?:|file:)(\S{1,1000})/.exec(line)?.[1];
  if (source === undefined) return normalized(requirement.exec(line)?.[1] ?? '') === name;
  const file = source.split(/[#@]/)[0]?.split('/').at(-1) ?? '';
  const egg = /[#&]egg=([A-Za-z0-9._-]{1,100})/.exec(source)?.[1];
  return normalized(egg ?? file.replace(/\.git$/, '').replace(/-\d.{0,200}$/, '')) === name;
}

/** A URL or a local path is somebody's own build. */
function refuseUrl(line: string, index: number, { name }: Pin): void {
  const rest = requirement.exec(line)?.[3] ?? '';
  const isPlain =
    /^\s{0,20}[A-Za-z0-9]/.test(line) &&
    !/^\s{0,20}(?:https?|file):/.test(line) &&
    !/^\s{0,20}git\+/.test(line);
  if (!isPlain || rest.trim().startsWith('@'))
    throw new OpsError(
      'source-unusable',
      `line ${index + 1} of requirements.txt installs ${name} from an address, which must be changed by hand`,
    );
  if (line.trimEnd().endsWith('\\'))
    throw new OpsError(
      'source-unusable',
      `line ${index + 1} of requirements.txt continues on the next line, and must be changed by hand`,
    );
}

/** Keeps the marker and the comment of the line, and its extras unless the pin has its own. */
function pinnedLine(line: string, { text, extras }: Pin): string {
  const [, , had = '', , marker, comment] = requirement.exec(line) ?? [];
  const own = extras === '' && had !== '' ? text.replace(/(?=[<>=~!])/, had) : text;
  return [
    own,
    marker === undefined ? '' : ` ${marker.trim()}`,
    comment === undefined ? '' : `  ${comment.trim()}`,
  ].join('');
}
