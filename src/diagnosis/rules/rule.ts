import { z } from 'zod';
import type { FailureKind } from '../../ports/failure-kind.ts';
import type { Frame, Phase, Statement, Thrown } from '../facts/facts.ts';
import { textOf } from '../facts/facts.ts';
import { phaseOf } from '../facts/frames.ts';

/** One exception or line with the context that gives its words their meaning. */
export interface Clue {
  /** `KeyError: 'text'`, or the line. */
  readonly text: string;
  readonly frames: readonly Frame[];
  readonly phase?: Phase;
  readonly statement: Statement;
}

export function clueOf(thrown: Thrown, statement: Statement): Clue {
  const phase = phaseOf(thrown.frames);
  return { text: textOf(thrown), frames: thrown.frames, ...(phase !== undefined && { phase }), statement };
}

/** Whose file the error is about. */
export type Whose =
  | 'checkpoint'
  | 'input'
  | 'model'
  | 'code'
  | 'library'
  | 'cache'
  | 'memory'
  | 'temporary'
  | 'other';

export interface Rule {
  readonly kind: FailureKind;
  readonly says: RegExp;
  /** A second expression that the same message must match. */
  readonly and?: RegExp;
  /** Words that give the same message another meaning. */
  readonly unless?: RegExp;
  readonly when?: (clue: Clue) => boolean;
  /** The message of a process that fails because another one did, so any other cause comes first. */
  readonly follows?: true;
  /** A message that wraps other exceptions, so the one it was raised from decides if a rule names it. */
  readonly wraps?: true;
  /** Other possible causes, or what to check, in one sentence. The verdict then has low confidence. */
  readonly unsure?: string;
  /** What to check, if the message is clear enough. */
  readonly note?: string;
  /** What a person must do where the usual recovery of the kind would not help, as a clause. */
  readonly advice?: string;
  readonly remedy?: Remedy;
}

/** A recovery that is not among the strategies, for the playbooks that know it. */
export const Remedy = z.enum(['restore_instance_count', 'pin_dependency', 'larger_volume']);
export type Remedy = z.infer<typeof Remedy>;

export function matches({ says, and, unless, when }: Rule, clue: Clue): boolean {
  if (!says.test(clue.text)) return false;
  if (and !== undefined && !and.test(clue.text)) return false;
  if (unless?.test(clue.text) === true) return false;
  return when?.(clue) ?? true;
}

const quotedPath = /['"`<([ ]((?:\/|\.\/)[^'"`>)\]\s]{1,400})/g;

/** The paths that the message names, or else those in the source lines of the frames, innermost first. */
function pathsOf({ text, frames, statement }: Clue): readonly string[] {
  const inText = (of: string): string[] =>
    [...of.slice(0, 4_000).matchAll(quotedPath)].map(([, path = '']) => path);
  const named = inText(text);
  if (named.length > 0) return named;
  const inCode = frames.toReversed().flatMap(({ code }) => inText(code));
  return inCode.length > 0
    ? inCode
    : statement.lines.slice(0, 3).flatMap((line) => (/^\s*File /.test(line) ? [] : inText(line)));
}

const whose: readonly (readonly [Whose, RegExp])[] = [
  ['memory', /^\/dev\/shm|<?\/torch_\d|^\/psm_|^\/sem\./],
  [
    'checkpoint',
    /\/opt\/ml\/checkpoints|\/checkpoint-\d|\/global_step_?\d|\/(?:last|latest)-checkpoint|\bckpt|\/iter_\d/,
  ],
  [
    'model',
    /\/opt\/ml\/input\/data\/(?:\w{0,20}model\w{0,20}|weights|base\w{0,20})(?:\/|$)|\/\w{0,40}models?\//,
  ],
  [
    'input',
    /\/opt\/ml\/input\/data|\.(?:jsonl|parquet|arrow|csv|tsv|tar|zst)\b|\/(?:data|dataset|datasets)\//,
  ],
  ['cache', /\/\.cache\/|\/huggingface\/|\/hub\/models--/],
  ['library', /\/(?:site|dist)-packages\/|\/usr\/lib|\/usr\/local\/|\.so\b/],
  ['code', /\/opt\/ml\/code|\.(?:py|sh|ya?ml)$/],
  ['temporary', /^\/tmp\b/],
];

export function whoseFile(clue: Clue): Whose | undefined {
  for (const path of pathsOf(clue)) {
    const found = whose.find(([, pattern]) => pattern.test(path))?.[0];
    if (found !== undefined) return found;
  }
  return pathsOf(clue).length > 0 ? 'other' : undefined;
}

/** Whether a frame of the traceback is in this function. */
export function through({ frames }: Clue, names: RegExp): boolean {
  return frames.some(({ name }) => names.test(name));
}
