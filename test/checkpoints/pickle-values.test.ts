import { describe, expect, it } from 'vitest';
import { isOldPickle, pickleValues } from '../../src/checkpoints/formats/pickle-values.ts';

/** Output of `pickle.dumps` in Python 3.11, protocol 4, for a dictionary that contains `relative_path` twice. */
const pickled = Buffer.from(
  '8004956d000000000000007d94288c0d72656c61746976655f70617468948c0c5f5f305f302e646973746370948c066f66667365' +
    '74944a701101008c066c656e677468944b058c05616761696e945d942868014bff4d00014affffffff8a060000000000014e473f' +
    'f800000000000043027878948865752e',
  'hex',
);

describe('pickle reader', () => {
  it('returns strings and integers in order, including repeated ones', () => {
    const values = pickleValues(pickled);
    expect(values?.slice(0, 6)).toEqual(['relative_path', '__0_0.distcp', 'offset', 70_000, 'length', 5]);
    expect(values?.slice(6, 10)).toEqual(['again', 'relative_path', 255, 256]);
    expect(values).toContain(2 ** 40);
  });

  it('rejects a pickle that was truncated anywhere or has trailing bytes', () => {
    for (let length = 0; length < pickled.length; length += 1)
      expect(pickleValues(pickled.subarray(0, length)), `${length} bytes`).toBeUndefined();
    expect(pickleValues(Buffer.concat([pickled, Buffer.from('.')]))).toBeUndefined();
  });

  it('rejects a protocol that Python does not know', () => {
    const newer = Buffer.from(pickled);
    newer[1] = 6;
    expect(pickleValues(newer)).toBeUndefined();
  });

  it('takes a pickle for one of an older protocol only if its end is there', () => {
    // pickle.dumps({'a': 1}, protocol=2)
    const older = Buffer.from('80027d710058010000006171014b01732e', 'hex');
    expect(isOldPickle(older)).toBe(true);
    for (let length = 0; length < older.length; length += 1)
      expect(isOldPickle(older.subarray(0, length)), `${length} bytes`).toBe(false);
    expect(isOldPickle(pickled)).toBe(false);
  });

  it('never takes longer than the bytes justify, whatever lengths they declare', () => {
    const promises = Buffer.concat([Buffer.from('80048e', 'hex'), Buffer.alloc(8, 0xff)]);
    expect(pickleValues(promises)).toBeUndefined();
  });
});
