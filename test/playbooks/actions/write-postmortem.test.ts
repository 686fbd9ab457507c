import { beforeEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { OpsError } from '../../../src/errors.ts';
import { writePostmortem } from '../../../src/playbooks/actions/write-postmortem.ts';
import type { ActionPorts } from '../../../src/playbooks/define/action-ports.ts';
import { definePlaybook } from '../../../src/playbooks/define.ts';
import type { KeptFile } from '../../../src/ports/files.ts';
import { Again } from '../../../src/ports/step-output.ts';
import { postmortemForm } from '../../../src/postmortem/postmortem-form.ts';
import { answers, aRecord } from '../../postmortem/a-record.ts';
import { type FakePorts, fakePorts } from '../../support/fake-ports.ts';

describe('writing the postmortem', () => {
  let ports: FakePorts;

  beforeEach(() => {
    ports = fakePorts();
    ports.record.put(aRecord());
  });

  type Written = z.infer<typeof writePostmortem.output>;

  async function written(other: Partial<ActionPorts> = {}): Promise<Written> {
    const input = { incident: aRecord().incident, answers };
    const output = await writePostmortem.run(input, { ...ports, ...other });
    if (output instanceof Again) throw new Error('it is not to wait');
    return writePostmortem.output.parse(output);
  }

  function bytesOf({ files }: Written, name: string): Buffer {
    const file = files.find((one) => one.name === name);
    return Buffer.from(ports.files.kept.get(file?.sha256 ?? '') ?? []);
  }

  it('stores a document and a picture, each with its title', async () => {
    const output = await written();

    expect(output.files).toMatchObject([
      {
        name: 'postmortem-rl-7f3a9c2e.md',
        type: 'text/markdown',
        title: 'Postmortem of srl-rlvr-gold-20251104',
      },
      {
        name: 'timeline-rl-7f3a9c2e.png',
        type: 'image/png',
        alt: 'The timeline of rl-7f3a9c2e: training ran again after 42 min, within the RTO of 60 min.',
      },
    ]);
    expect(bytesOf(output, 'postmortem-rl-7f3a9c2e.md').toString()).toContain(
      'Spot capacity in the Region was gone.',
    );
    expect(bytesOf(output, 'timeline-rl-7f3a9c2e.png').subarray(1, 4).toString()).toBe('PNG');
  });

  it('reports the durations and the follow-up owners', async () => {
    const output = await written();

    expect(output.followUps).toEqual([
      { what: 'A second instance type', owner: 'Ana', due: '2026-12-01' },
      { what: 'Buy a training plan', owner: 'Ana', due: '2026-12-01' },
    ]);
    expect(writePostmortem.report(output)).toMatchObject({
      headline: 'Postmortem written: training ran again after 42 min, within the RTO of 60 min',
      facts: expect.arrayContaining([{ label: 'Recovery', value: '42 min (RTO 60 min: met)' }]) as unknown,
      lines: expect.arrayContaining(['It contains 2 follow-ups.']) as unknown,
    });
  });

  it('writes the same document and picture if it runs again after a crash', async () => {
    const hashes = ({ files }: Written): readonly string[] => files.map(({ sha256 }: KeptFile) => sha256);

    expect(hashes(await written())).toEqual(hashes(await written()));
  });

  it('still writes the document if the picture cannot be stored', async () => {
    const keep: ActionPorts['files']['keep'] = async (name, type, bytes) => {
      if (type === 'image/png') throw new OpsError('file-unusable', 'too large');
      return ports.files.keep(name, type, bytes);
    };

    const output = await written({ files: { keep } });

    expect(output.files.map(({ type }) => type)).toEqual(['text/markdown']);
    expect(output.trouble).toEqual([
      expect.stringMatching(/^The timeline picture could not be created: .*too large$/),
    ]);
  });

  it('is a playbook step after the form that it is based on', () => {
    const playbook = definePlaybook({
      title: 'p',
      summary: 's',
      handles: ['unknown'],
      steps: (first) =>
        first.manual('document', postmortemForm).action('postmortem', writePostmortem, (results) => ({
          incident: results.incident.id,
          answers: results.document,
        })),
      recovered: () => undefined,
    });

    expect(playbook.steps.map(({ key }) => key)).toEqual(['document', 'postmortem']);
  });
});
