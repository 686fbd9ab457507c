/** What a line of a log is within a traceback. */
export type LineKind =
  | 'head'
  | 'link'
  | 'frame'
  | 'blank'
  | 'marks'
  | 'error'
  | 'entry'
  | 'indented'
  | 'text';

const heads = /Traceback \(most recent call last\)/;
const links =
  /^(?:During handling of the above exception, another exception occurred|The above exception was the direct cause of the following exception)/;
const frames = /^\s*File "[^"]{1,400}", line \d|^[│|] \S{1,400}\.py:\d{1,9} in /;
/** `^^^^^^`, the quotes around a traceback of another process, and the box that Rich draws. */
const marks =
  /^\s*(?:[~^]{1,500}[~^\s]{0,500}|"""|'''|[╭╰][─╮╯].*|[│|]\s.*|\+[-+ \d]{1,80}|\[Previous line repeated .*)$/;

/** `KeyError: 'text'`, `ray.exceptions.RayTaskError(KeyError): …`; classes without these endings only count after a frame. */
const namedError =
  /^(?:[A-Za-z_]\w{0,80}\.){0,12}(?:\w{0,80}(?:Error|Exception|Timeout|Timed[oO]ut|Exit|Interrupt|Failure|Refused|Denied|NotFound|Aborted|Killed)(?:Group)?|ArrowInvalid|StopIteration|StopAsyncIteration|ClientError|OSError)(?:\([\w.]{1,80}\))?(?::\s|:$|$)/;
const anyError = /^(?:[A-Za-z_]\w{0,80}\.){0,12}[A-Za-z_]\w{0,80}(?::\s|:$|$)/;

/** Lines that belong to something else, even in the middle of a message. */
const entry =
  /^(?:\[?\d{4}-\d\d-\d\d[ T]|(?:INFO|WARNING|DEBUG|ERROR)\b|\{['"]|\s{0,20}\d{1,3}%\||\[(?:INFO|WARNING|rank\d)|[IWEF]\d{4} |Exception ignored in|ErrorMessage|Command ")/;

/** Whether a traceback or an exception begins with this line. */
export function begins(text: string): boolean {
  return heads.test(text) || frames.test(text) || namedError.test(text);
}

export function kindOf(text: string): LineKind {
  if (text.trim() === '') return 'blank';
  if (heads.test(text)) return 'head';
  if (links.test(text)) return 'link';
  if (frames.test(text)) return 'frame';
  if (marks.test(text)) return 'marks';
  if (namedError.test(text)) return 'error';
  if (entry.test(text)) return 'entry';
  return /^\s/.test(text) ? 'indented' : 'text';
}

/** The exception of a line, if it can be one. */
export function exceptionIn(text: string): { readonly type: string; readonly message: string } | undefined {
  const found = (namedError.exec(text) ?? anyError.exec(text))?.[0];
  if (found === undefined) return undefined;
  return { type: found.replace(/:\s?$/, ''), message: text.slice(found.length).trimStart() };
}

/** Messages that only pass on the exception of another process, whose traceback follows. */
const passesOn =
  /^(?:ray\.exceptions\.)?RayTaskError|Caught \w{1,80} in |RemoteTraceback|ExceptionGroup|^Error executing job/;

export function passesOnAnother(text: string): boolean {
  return passesOn.test(text);
}
