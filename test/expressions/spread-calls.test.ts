import { describe, expect, it } from 'vitest';
import { spreadCallsIn, spreadCallsOf } from './spread-calls.ts';

/** Each argument takes room on the stack: a list of about 120,000 values ends in a RangeError. */
describe('a list of any length', () => {
  it('is never passed as arguments: no Math.max(...list), push(...list) or String.fromCharCode(...list) in the source', () => {
    expect(spreadCallsIn('src')).toEqual([]);
  });

  it.each([
    ['Math.max(...list)', 'max'],
    ['Math.min(0, ...list.map((one) => one.size))', 'min'],
    ['const f = async () => { for (const a of b) all.push(...a.list); };', 'push'],
    ['String.fromCharCode(...bytes)', 'fromCharCode'],
    ['String.fromCharCode.apply(undefined, bytes)', 'fromCharCode.apply'],
    ['all.get(id)?.push(...list)', 'push'],
  ])('is found where it is passed so: %s', (source, name) => {
    expect(spreadCallsOf(source)).toEqual([name]);
  });

  it('may be spread into another list, and single values may be passed', () => {
    expect(spreadCallsOf('const all = [...one, ...other]; all.push(1, 2); Math.max(a, b);')).toEqual([]);
  });
});
