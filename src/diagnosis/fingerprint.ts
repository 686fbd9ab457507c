import { createHash } from 'node:crypto';
import type { Judged } from './candidates.ts';
import type { Frame, ProcessEnd, Statement } from './facts/facts.ts';
import { withoutValues } from './facts/without-values.ts';

/** Text that SageMaker and its containers add to the error of any script. It says nothing about the cause. */
const wrapping =
  /AlgorithmError|ExecuteUserScriptError|ErrorMessage|ExtraInfo|ExitCode|exit ?code|Command "[^\n]*/gi;

/**
 * The fingerprint of what ended a job: the same each time the same bug occurs, in whichever job, on whichever host. Only
 * a hash of text without values, so it reveals no secret and cannot be read back.
 */
export function fingerprintOf({ thrown, statement }: Judged): string | undefined {
  const type = thrown.type.split('.').at(-1) ?? '';
  const says = withoutValues(thrown.message, type);
  if (type === '') return ofEnd(statement.form, says);
  return hash([type, placeOf(thrown.frames) || placeIn(statement), says]);
}

/** For an end without an exception: `ending` is the signal or the status that SageMaker gives. */
export function fingerprintOfEnd(ending: string, said = ''): string | undefined {
  return ofEnd(ending, withoutValues(said.replaceAll(wrapping, ' ')));
}

/** Undefined if nothing was said that tells this end from any other. */
function ofEnd(ending: string, says: string): string | undefined {
  const isEmpty = says.replaceAll(wrapping, '').replaceAll(/[\W_]/g, '').length < 8;
  return ending === '' && isEmpty ? undefined : hash([ending, says]);
}

export function nameOfEnd({ signal, exitCode }: ProcessEnd): string {
  return signal ?? (exitCode === undefined ? '' : `exit ${exitCode}`);
}

/** Another exception of the chain may have the frames. */
function placeIn({ chain }: Statement): string {
  return placeOf(chain.findLast(({ frames }) => frames.length > 0)?.frames ?? []);
}

/** The innermost function of the user's own code, or of any code if there is none. Line numbers move with every edit. */
function placeOf(frames: readonly Frame[]): string {
  const named = frames.filter(({ name }) => !/^<(?:list|dict|set|gen)/.test(name));
  const frame = named.findLast(({ owner }) => owner === 'own') ?? named.at(-1);
  if (frame === undefined) return '';
  const [parent = '', file = ''] = ['', ...frame.file.split('/')].slice(-2);
  const module = file.startsWith('__') ? `${parent}/${file}` : file;
  return `${module.replaceAll(/\d+/g, '#')} ${frame.name}`;
}

function hash(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}
