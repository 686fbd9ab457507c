import { isPair, isScalar, type Pair, parseDocument, visit } from 'yaml';
import {
  argumentsIn,
  type HyperParameters,
  type OutsideText,
  plainName,
  type Setting,
} from './job-arguments.ts';

/** A file of the source folder, as YAML or JSON. */
export interface SourceFile {
  readonly name: string;
  readonly text: string;
}

/**
 * The files whose arguments count: those that a hyperparameter names, or else the only one. With several, nothing tells
 * which one the job reads.
 */
export function filesRead(
  hyperParameters: HyperParameters,
  files: readonly SourceFile[],
): readonly SourceFile[] {
  const values = Object.values(hyperParameters).map((value) => value.replaceAll('"', '').trim());
  const named = files.filter(({ name }) => values.some((value) => isNamed(name, value)));
  return named.length > 0 || files.length > 1 ? named : files;
}

/** Hydra names a file of its folder without the ending. */
function isNamed(name: string, value: string): boolean {
  const bare = value.replace(/^.*\//, '');
  const own = name.replace(/^.*\//, '');
  return bare !== '' && (own === bare || own.replace(/\.ya?ml$/, '') === bare);
}

/** Whether the file that a hyperparameter names is among these. */
export function wasRead(outside: readonly OutsideText[], file: string): boolean {
  return outside.some(({ name }) => isNamed(name, file));
}

/** The arguments in a file, with their places; none if it is not YAML or JSON. */
export function fileText({ name, text }: SourceFile): OutsideText {
  return { name, text, settings: settingsIn(name, text) };
}

export function containerText(words: readonly string[]): OutsideText {
  const [name, text] = ['ContainerArguments', words.join(' ')];
  const settings = argumentsIn(name, text).map((one) => ({ ...one, outside: true }));
  return { name, text, settings };
}

function settingsIn(key: string, text: string): Setting[] {
  const settings: Setting[] = [];
  // DeepSpeed reads JSON; the argument of the trainer is the file.
  const alone = !key.endsWith('.json');
  try {
    visit(parseDocument(text, { logLevel: 'silent' }), {
      Pair: (_, { key: own, value }, path) => {
        if (!isScalar(own) || !isScalar(value) || !value.range) return;
        const name = [...path.filter((node) => isPair(node)).map(keyOf), keyOf({ key: own })].join('.');
        const quoted = /^["']/.test(text.slice(value.range[0])) ? 1 : 0;
        const [start, end] = [value.range[0] + quoted, value.range[1] - quoted];
        settings.push({ name: plainName(name), key, start, end, alone, outside: true });
      },
    });
  } catch {
    // Nesting that is too deep for the parser: then nothing of the file is known.
    return [];
  }
  return settings;
}

function keyOf({ key }: Pick<Pair, 'key'>): string {
  return isScalar(key) ? String(key.value) : '';
}
