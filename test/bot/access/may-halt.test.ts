import { beforeEach, describe, expect, it } from 'vitest';
import type { Membership } from '../../../src/bot/access/directory.ts';
import { refusedToHalt } from '../../../src/bot/access/may-halt.ts';
import { noteRefusedCommand, refusedTo } from '../../../src/bot/access/refused-command.ts';
import type { ListenerServices } from '../../../src/bot/clicks/answer.ts';
import { people } from './a-policy.ts';

const now = 10_000_000;
const settings = people();
const usual = {
  kind: 'found',
  person: 'member',
  groups: [],
  unreadable: [],
  channel: 'internal',
  readAt: now,
};

describe('a command that belongs to no incident', () => {
  let membership: object;
  let noted: unknown[];
  let logged: unknown[];
  let firstTime: boolean;
  let keys: string[];
  let note: () => Promise<void>;

  beforeEach(() => {
    [membership, noted, logged, keys, firstTime] = [{}, [], [], [], true];
    note = async () => undefined;
  });

  // The parts that these checks use.
  const services = (): ListenerServices =>
    ({
      settings,
      clock: { now: () => now },
      directory: { membership: async () => ({ ...usual, ...membership }) as Membership },
      once: async (key: string) => {
        keys.push(key);
        return firstTime;
      },
      noteRefusedStart: async (what: unknown) => {
        noted.push(what);
        await note();
      },
      log: { error: (...what: unknown[]) => void logged.push(what) },
    }) as unknown as ListenerServices;
  const from = (user: string, channel = settings.incident_channel) =>
    ({ actor: { user, via: 'command' }, channel }) as const;
  const halt = async (user: string, channel?: string) =>
    refusedToHalt(services(), from(user, channel), '/relight halt');

  describe('that halts all changes', () => {
    it.each(['U0LEAD', 'U0PROD', 'U0OPS'])('is taken from %s', async (user) => {
      expect(await halt(user)).toBeUndefined();
      expect(noted).toEqual([]);
    });

    it('is taken from a member of a user group under roles.halt', async () => {
      membership = { groups: ['S0OPS'] };

      expect(await halt('U0ANY')).toBeUndefined();
    });

    it.each(['U0RESP', 'U0ANY', 'U0GLASS'])(
      'is refused to %s, with the people who can, and recorded',
      async (user) => {
        membership = { groups: ['S0RESPOND'] };

        expect(await halt(user)).toMatchObject({
          says: 'This needs a lead.',
          ask: { users: ['U0LEAD'], groups: ['S0LEADS'] },
        });
        expect(noted).toEqual([
          { job: '', command: '/relight halt', by: { user, via: 'command' }, why: 'This needs a lead.' },
        ]);
      },
    );

    it.each([
      ['a guest', { person: 'guest' }, undefined],
      ['a person in another channel', {}, 'C0GENERAL'],
      ['a person whom Slack does not confirm', { kind: 'unknown', why: 'away' }, undefined],
      ['a person while their groups are unknown', { unreadable: ['S0LEADS'] }, undefined],
    ])('is refused to %s, also under roles.halt', async (_, is, channel) => {
      membership = is;

      expect(await halt('U0OPS', channel)).toBeDefined();
      expect(noted).toHaveLength(1);
    });
  });

  describe('that needs a role', () => {
    const refused = async (user: string, role: 'responder' | 'lead' = 'lead', job?: string) =>
      refusedTo(services(), from(user), '/relight drill', role, job);

    it('is taken from the people with the role, without a word', async () => {
      expect(await refused('U0LEAD')).toBeUndefined();
      expect(await refused('U0RESP', 'responder')).toBeUndefined();
      expect(noted).toEqual([]);
    });

    it('is refused to all others, and recorded with the job that it names', async () => {
      expect(await refused('U0RESP', 'lead', 'job-2')).toMatchObject({
        allowed: false,
        says: 'This needs a lead.',
      });
      expect(noted).toEqual([
        {
          job: 'job-2',
          command: '/relight drill',
          by: { user: 'U0RESP', via: 'command' },
          why: 'This needs a lead.',
        },
      ]);
    });

    it('is recorded once for each person, command and reason', async () => {
      firstTime = false;
      await refused('U0RESP');

      expect(keys).toEqual(['refused:/relight drill:U0RESP:This needs a lead.']);
      expect(noted).toEqual([]);
    });
  });

  it('is recorded with at most 300 characters of what was typed', async () => {
    await noteRefusedCommand(services(), {
      by: { user: 'U0ANY', via: 'command' },
      typed: 'x'.repeat(400),
      why: 'no',
    });

    expect((noted[0] as { command: string }).command.length).toBeLessThanOrEqual(300);
    expect((noted[0] as { command: string }).command.length).toBeGreaterThan(290);
  });

  it('is answered although its refusal cannot be recorded, which the log says', async () => {
    note = async () => {
      throw new Error('Redis is away');
    };
    expect(await halt('U0RESP')).toBeDefined();
    expect(logged).toEqual([
      [
        { user: 'U0RESP', command: '/relight halt', error: 'Error: Redis is away' },
        'a refused command could not be recorded',
      ],
    ]);

    note = async () => new Promise(() => undefined);
    expect(await halt('U0RESP')).toBeDefined();
  });
});
