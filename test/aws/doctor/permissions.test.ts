import { describe, expect, it } from 'vitest';
import { createClients } from '../../../src/aws/clients.ts';
import { awsProbes, botProbes } from '../../../src/aws/doctor/probes.ts';
import { actions, roles } from '../iam-policies.ts';

describe('the three roles of deploy/iam', () => {
  it('allow what relight doctor probes, and it probes or lists all of them', () => {
    const clients = createClients({ pathStyle: true });
    const probes = awsProbes(clients, {
      queueUrl: 'https://queue',
      auditBucket: 'audit',
      locations: [{ uri: 's3://training/checkpoints/', key: 's3.recovery' }],
      alarms: { patterns: ['TrainingJobInterrupted*'], matches: () => true },
      stateMachines: ['arn:aws:states:us-east-1:123456789012:stateMachine:restore-training'],
      sns: { topics: ['arn:aws:sns:us-east-1:123456789012:relight-alarms'], confirming: false },
      actorRole: 'arn:aws:iam::123456789012:role/relight-actor',
    });
    clients.close();
    const probed = new Set(probes.map(({ permission }) => permission));
    const allowed = new Set(roles.flatMap((role) => actions(role, 'Allow')));

    expect([...probed].filter((permission) => !allowed.has(permission))).toEqual([]);
    expect([...allowed].filter((permission) => !probed.has(permission))).toEqual([]);
  });

  it('allow the bot what relight doctor probes for a bot, and nothing more', () => {
    const clients = createClients({ pathStyle: true });
    const locations = [{ uri: 's3://training/checkpoints/', key: 's3.recovery' }] as const;
    const probes = botProbes(clients, { auditBucket: 'audit', locations, job: 'srl-rlvr-gold-1' });
    clients.close();

    expect([...new Set(probes.map(({ permission }) => permission))].toSorted()).toEqual(
      [...new Set(actions('bot', 'Allow'))].toSorted(),
    );
  });
});
