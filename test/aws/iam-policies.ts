import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Role } from './iam-uses.ts';

const Several = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const Statement = z.object({
  Effect: z.enum(['Allow', 'Deny']),
  Action: Several,
  Resource: Several.optional(),
  NotResource: Several.optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
});
type Statement = z.infer<typeof Statement>;

export const roles: readonly Role[] = ['bot', 'observer', 'actor'];

/** The statements of deploy/iam. */
export function statementsOf(role: Role): readonly Statement[] {
  const { Statement: list } = z
    .object({ Statement: z.array(Statement) })
    .parse(JSON.parse(readFileSync(`deploy/iam/${role}.json`, 'utf8')));
  return list;
}

export function actions(role: Role, effect: Statement['Effect']): readonly string[] {
  return statementsOf(role)
    .filter(({ Effect }) => Effect === effect)
    .flatMap(({ Action }) => Action);
}

export function allowing(role: Role, action: string): readonly Statement[] {
  return statementsOf(role).filter(({ Effect, Action }) => Effect === 'Allow' && Action.includes(action));
}
