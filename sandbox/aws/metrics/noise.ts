/** Between -1 and 1, always the same for the same key and slot: a picture that is asked for twice is the same twice. */
export function noise(key: string, slot: number): number {
  let hash = 0x811c9dc5;
  for (const char of `${key}#${slot}`) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash >>> 0) / 0xffffffff) * 2 - 1;
}
