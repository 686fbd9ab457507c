import { seal } from '../../src/audit/chain.ts';
import { lead } from '../support/responder.ts';

export interface Line {
  readonly seq: number;
  readonly at: number;
  readonly event: Readonly<Record<string, unknown>>;
  readonly prev: string;
  readonly hash: string;
  readonly proof?: unknown;
}

interface Redis {
  readonly lines: readonly Line[];
  readonly dice: () => number;
}

/** Whoever writes to Redis knows everything in it and the code of Relight, but none of the keys. */
export const attacks: Readonly<Record<string, (redis: Redis) => readonly Line[]>> = {
  'an approval in the name of a lead': ({ lines }) => chained(lines, [approvalOf(lines)]),
  'an approval with the proof of another entry': ({ lines, dice }) => {
    const { proof } = pick(lines, dice);
    return chained(lines, [approvalOf(lines)]).map((line, index) =>
      index === lines.length ? { ...line, proof } : line,
    );
  },
  'an approval whose proof is made up': ({ lines }) =>
    chained(lines, [approvalOf(lines)]).map((line, index) =>
      index === lines.length ? { ...line, proof: { mac: 'AAAA', sig: 'AAAA' } } : line,
    ),
  'a larger request under a new chain, with its approval': ({ lines }) => {
    const larger = lines.map(({ event, ...line }) => ({ ...line, event: enlarged(event) }));
    return chained([], [...larger.map(({ event }) => event), approvalOf(larger)], lines[0]?.at);
  },
  'an old line at the end': ({ lines, dice }) => chained(lines, [pick(lines, dice).event]),
  'two lines in another order': ({ lines }) => {
    const [last, before] = [lines.at(-1), lines.at(-2)];
    return last === undefined || before === undefined ? lines : [...lines.slice(0, -2), last, before];
  },
  'a changed field of the last line': ({ lines, dice }) => {
    const last = lines.at(-1);
    if (last === undefined) return lines;
    const field = pick(['seq', 'at', 'prev', 'hash', 'proof'] as const, dice);
    return [...lines.slice(0, -1), { ...last, [field]: field === 'at' ? last.at + 1 : 0 }];
  },
  'a line that is cut off, and an approval after it': ({ lines }) =>
    chained(lines.slice(0, -1), [{ type: 'trail-viewed', by: person }, approvalOf(lines)]),
};

const person = { user: lead, via: 'button' };

/** The lines, and after them these events, each with the right hash and without a proof. */
export function chained(
  before: readonly Line[],
  events: readonly Line['event'][],
  at = before.at(-1)?.at ?? Date.now(),
): readonly Line[] {
  return events.reduce<readonly Line[]>((lines, event) => {
    const { proof: _none, ...line } = seal({
      seq: lines.length,
      at,
      event,
      prev: lines.at(-1)?.hash ?? '0'.repeat(64),
    });
    return [...lines, line];
  }, before);
}

export function approvalOf(lines: readonly Line[]): Line['event'] {
  const { step, attempt, hash } =
    lines.findLast(({ event }) => event['type'] === 'step-proposed')?.event ?? {};
  return { type: 'step-approved', step, attempt, hash, by: person };
}

export function enlarged(event: Line['event']): Line['event'] {
  return JSON.parse(
    JSON.stringify(event).replace(
      /"InstanceCount":\d+,"InstanceType":"[^"]+"/,
      '"InstanceCount":64,"InstanceType":"ml.p5.48xlarge"',
    ),
  ) as Line['event'];
}

export function pick<T>(list: readonly T[], dice: () => number): T {
  const one = list[Math.floor(dice() * list.length)];
  if (one === undefined) throw new Error('nothing to pick from');
  return one;
}
