import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from '@swc/core';

/** Functions that take any number of arguments and are tempting to call with a whole list. */
const variadic: ReadonlySet<string> = new Set([
  'max',
  'min',
  'hypot',
  'push',
  'unshift',
  'splice',
  'fromCharCode',
  'fromCodePoint',
]);

/** The calls, one line each, that pass a list as arguments to one of these functions. */
export function spreadCallsIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((file) =>
      spreadCallsOf(readFileSync(join(folder, file), 'utf8')).map((name) => `${file}: ${name}`),
    );
}

export function spreadCallsOf(source: string): readonly string[] {
  const found: string[] = [];
  visit(parseSync(source, { syntax: 'typescript' }), found);
  return found;
}

function visit(node: unknown, found: string[]): void {
  if (typeof node !== 'object' || node === null) return;
  if ('type' in node && node.type === 'CallExpression') {
    const name = spreadCallOf(node);
    if (name !== undefined) found.push(name);
  }
  for (const value of Object.values(node)) visit(value, found);
}

function spreadCallOf(call: object): string | undefined {
  const callee = 'callee' in call ? call.callee : undefined;
  const name = nameOf(callee);
  if (variadic.has(name) && spreads(call)) return name;
  const applied = name === 'apply' ? nameOf(objectOf(callee)) : '';
  return variadic.has(applied) ? `${applied}.apply` : undefined;
}

/** The last name of `some.path.name`; empty: it is no such path. */
function nameOf(callee: unknown): string {
  if (typeof callee !== 'object' || callee === null) return '';
  // Behind `?.` swc puts the path one level deeper.
  if ('base' in callee) return nameOf(callee.base);
  if (!('property' in callee)) return '';
  const { property } = callee;
  return typeof property === 'object' && property !== null && 'value' in property
    ? String(property.value)
    : '';
}

function objectOf(callee: unknown): unknown {
  return typeof callee === 'object' && callee !== null && 'object' in callee ? callee.object : undefined;
}

function spreads(call: object): boolean {
  const passed: unknown = 'arguments' in call ? call.arguments : [];
  return (
    Array.isArray(passed) &&
    passed.some(
      (one: unknown) => typeof one === 'object' && one !== null && 'spread' in one && one.spread !== null,
    )
  );
}
