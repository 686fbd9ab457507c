import { expect } from 'vitest';
import { z } from 'zod';
import { blocksProblem } from '../../sandbox/slack/validate-blocks.ts';
import type { ThreadMessage } from '../../src/bot/views/thread.ts';

const Text = z.looseObject({
  type: z.string(),
  text: z.string(),
  verbatim: z.boolean().optional(),
  emoji: z.boolean().optional(),
});

/** Every text object in a message, at any depth. */
function textsIn(node: unknown): z.infer<typeof Text>[] {
  if (typeof node !== 'object' || node === null) return [];
  const own = Text.safeParse(node);
  return [...(own.success ? [own.data] : []), ...Object.values(node).flatMap(textsIn)];
}

const ours = /<@U0LEAD>|<#C0INCIDENT>/g;

/** No untrusted text can be read as markup, and there are no invisible characters. */
export function expectHarmless(blocks: unknown): void {
  for (const one of textsIn(blocks)) {
    expect(one.text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
    if (one.type === 'plain_text') expect(one.emoji).toBe(false);
    if (one.type !== 'mrkdwn') continue;
    expect(one.verbatim).toBe(true);
    // Slack's tokens are in angle brackets, and only ours are allowed: https://docs.slack.dev/messaging/formatting-message-text
    expect(one.text.replace(ours, '')).not.toMatch(/[<>]/);
    expect(one.text).not.toMatch(/https?:/i);
  }
}

/** Slack accepts the message, and it is harmless. */
export function expectTaken({ blocks, text: fallback }: ThreadMessage): void {
  expect(blocksProblem(blocks, 50)).toBeUndefined();
  expect(blocks.reduce((sum, block) => sum + JSON.stringify(block).length, 0)).toBeLessThanOrEqual(12_000);
  expect(fallback.length).toBeGreaterThan(0);
  expect(fallback.length).toBeLessThanOrEqual(3_000);
  expect(fallback.replace(ours, '')).not.toMatch(/[<>]/);
  expectHarmless(blocks);
}
