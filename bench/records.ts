/** The Mulberry32 generator: 32 bits of state, and the same numbers on every machine. */
export class SeededRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** An integer from 0 to `limit` - 1. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  of<T>(list: readonly [T, ...T[]]): T {
    return list[this.below(list.length)] ?? list[0];
  }
}

const names = [
  'Natalia',
  'Weng',
  'Betty',
  'Julie',
  'James',
  'Mark',
  'Albert',
  'Ken',
  'Alexis',
  'Tina',
] as const;
/** One record in 30 has non-ASCII characters, about as many as in real mathematics data. */
const accented = ['José', 'Zoë', 'Łukasz', '美咲'] as const;
const things = [
  'clips',
  'muffins',
  'pages',
  'marbles',
  'bottles of juice',
  'train tickets',
  'stickers',
] as const;
const places = ['the market', 'a small bakery', 'her school', 'the county fair', 'the library'] as const;
const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

interface Story {
  readonly question: string;
  /** The lines of the solution, each with a calculation in GSM8K format. */
  readonly lines: readonly string[];
  readonly result: number;
}

function story(random: SeededRandom): Story {
  const name = random.below(30) === 0 ? random.of(accented) : random.of(names);
  const [thing, place, day] = [random.of(things), random.of(places), random.of(days)];
  const [had, more, price] = [2 + random.below(9_000), 2 + random.below(900), 2 + random.below(90)];
  const [sold, cost] = [had + more, price * (had + more)];
  const spent = 1 + random.below(cost);
  return {
    question: `${name} brought ${had} ${thing} to ${place} on ${day} morning and made ${more} more there before noon. By the evening all of them had been sold for $${price} each, and $${spent} went to the friends who helped. How many dollars did ${name} keep at the end of the day?`,
    lines: [
      `${name} had ${had} + ${more} = <<${had}+${more}=${sold}>>${sold} ${thing} to sell on ${day}.`,
      `They were sold for ${sold} * ${price} = $<<${sold}*${price}=${cost}>>${cost} in all.`,
      `After the friends were paid, ${cost} - ${spent} = $<<${cost}-${spent}=${cost - spent}>>${cost - spent} were left.`,
    ],
    result: cost - spent,
  };
}

export type Record = Readonly<{ [field: string]: unknown }>;

/** https://github.com/openai/grade-school-math */
export function gsm8k(random: SeededRandom): readonly Record[] {
  const { question, lines, result } = story(random);
  return [{ question, answer: `${lines.join('\n')}\n#### ${result}` }];
}

const system =
  'You are solving a problem step by step. Think about what is asked and about what was done so far, then write the next step and nothing else.';

/** One record per step of a solution: https://arxiv.org/abs/2510.25992 */
export function srl(random: SeededRandom, number: number): readonly Record[] {
  const { question, lines } = story(random);
  return lines.map((line, index) => ({
    prompt: [
      { role: 'system', content: system },
      { role: 'user', content: [`Problem: ${question}`, ...lines.slice(0, index)].join('\n') },
    ],
    expert_action: line,
    step_index: index,
    num_steps: lines.length,
    source_id: `numina-${number}`,
    problem: question,
  }));
}
