/** The ways to write the arguments that a help line shows: `[A [B] | c D]` is ``, `A`, `A B` and `c D`. */
export function spellings(takes: string): readonly string[] {
  const tokens = takes.match(/[[\]|]|[^\s[\]|]+/g) ?? [];
  const [found, rest] = choice(tokens);
  if (rest.length > 0) throw new Error(`brackets do not match in ${takes}`);
  return [...new Set(found.map((words) => words.join(' ')))];
}

type Spellings = readonly (readonly string[])[];
type Parsed = readonly [found: Spellings, rest: readonly string[]];

/** Alternatives until the bracket closes. */
function choice(tokens: readonly string[]): Parsed {
  const [found, rest] = sequence(tokens);
  if (rest[0] !== '|') return [found, rest];
  const [others, after] = choice(rest.slice(1));
  return [[...found, ...others], after];
}

function sequence(tokens: readonly string[]): Parsed {
  const [first, ...more] = tokens;
  if (first === undefined || first === '|' || first === ']') return [[[]], tokens];
  const [heads, after] = first === '[' ? optional(more) : [[[first]], more];
  const [tails, rest] = sequence(after);
  return [heads.flatMap((head) => tails.map((tail) => [...head, ...tail])), rest];
}

function optional(tokens: readonly string[]): Parsed {
  const [found, rest] = choice(tokens);
  return [[[], ...found], rest.slice(1)];
}
