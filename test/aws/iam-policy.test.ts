import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createClients } from '../../src/aws/clients.ts';
import { awsProbes } from '../../src/aws/doctor.ts';

const Actions = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const Policy = z.object({
  Statement: z.array(z.object({ Effect: z.enum(['Allow', 'Deny']), Action: Actions })),
});

describe('deploy/iam-policy.json', () => {
  const { Statement } = Policy.parse(JSON.parse(readFileSync('deploy/iam-policy.json', 'utf8')));
  const actions = (effect: 'Allow' | 'Deny'): string[] =>
    Statement.filter(({ Effect }) => Effect === effect).flatMap(({ Action }) => Action);

  it('allows everything that relight doctor asks for', () => {
    const clients = createClients({ pathStyle: true });
    const probes = awsProbes(clients, {
      queueUrl: 'https://queue',
      auditBucket: 'audit',
      places: ['s3://training/checkpoints/'],
      alarms: ['TrainingJobInterrupted*'],
    });
    clients.close();

    expect(
      probes
        .map(({ permission }) => permission)
        .filter((permission) => !actions('Allow').includes(permission)),
    ).toEqual([]);
  });

  it('allows no deletion but of an alarm message that was recorded, and denies the others by name', () => {
    expect(actions('Allow').filter((action) => /delete|\*/i.test(action))).toEqual(['sqs:DeleteMessage']);
    expect(actions('Deny')).toContain('s3:DeleteObject*');
  });
});
