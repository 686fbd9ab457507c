import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from '@swc/core';
import { secretForms } from '../../src/sanitize/secret-shapes.ts';

export interface Expression {
  readonly file: string;
  readonly pattern: RegExp;
}

/** Every regular expression of the source, also those that are put together from parts. */
export function expressionsIn(folder: string): readonly Expression[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const literals = files.flatMap((file) => {
    const found: Expression[] = [];
    const program = parseSync(readFileSync(join(folder, file), 'utf8'), { syntax: 'typescript' });
    collect(program, (source, flags) => found.push({ file, pattern: new RegExp(source, flags) }));
    return found;
  });
  const built = secretForms.map(({ pattern }) => ({ file: 'playbooks/logs/secret-forms.ts', pattern }));
  const all = [...literals, ...built].map((one) => [`${one.file} ${String(one.pattern)}`, one] as const);
  return [...new Map(all).values()];
}

/** The files with expressions that are built while Relight runs. */
export function filesThatBuild(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .filter((name) => /\bRegExp\(/.test(readFileSync(join(folder, name), 'utf8')))
    .toSorted();
}

function collect(node: unknown, found: (source: string, flags: string) => void): void {
  if (typeof node !== 'object' || node === null) return;
  if ('type' in node && node.type === 'RegExpLiteral' && 'pattern' in node && 'flags' in node)
    found(String(node.pattern), String(node.flags));
  for (const value of Object.values(node)) collect(value, found);
}
