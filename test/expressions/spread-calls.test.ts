import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from '@swc/core';
import { describe, expect, it } from 'vitest';

/** Each argument uses stack space, so spreading a list of about 120,000 values throws a RangeError. */
describe('the source code', () => {
  it('never spreads a list into arguments, as in Math.max(...list), push(...list) or String.fromCharCode(...list)', () => {
    expect(spreadCallsIn('src')).toEqual([]);
  });

  it.each([
    ['Math.max(...list)', 'max'],
    ['Math.min(0, ...list.map((one) => one.size))', 'min'],
    ['const f = async () => { for (const a of b) all.push(...a.list); };', 'push'],
    ['String.fromCharCode(...bytes)', 'fromCharCode'],
    ['String.fromCharCode.apply(undefined, bytes)', 'fromCharCode.apply'],
    ['all.get(id)?.push(...list)', 'push'],
  ])('is reported if it contains %s', (source, name) => {
    expect(spreadCallsOf(source)).toEqual([name]);
  });

  it('may spread a list into another list and pass single values', () => {
    expect(spreadCallsOf('const all = [...one, ...other]; all.push(1, 2); Math.max(a, b);')).toEqual([]);
  });
});

/** Variadic functions that are tempting to call with a whole list. */
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

/** The calls that spread a list into the arguments of one of these functions, one line each. */
function spreadCallsIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((file) =>
      spreadCallsOf(readFileSync(join(folder, file), 'utf8')).map((name) => `${file}: ${name}`),
    );
}

function spreadCallsOf(source: string): readonly string[] {
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

/** The last part of `some.path.name`, or an empty string for other expressions. */
function nameOf(callee: unknown): string {
  if (typeof callee !== 'object' || callee === null) return '';
  // For `?.`, swc nests the path one level deeper.
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
