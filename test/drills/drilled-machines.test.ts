import { describe, expect, it } from 'vitest';
import { simulatedMachines } from '../../src/drills/simulated/simulated-machines.ts';
import { minute } from '../../src/drills/simulation.ts';
import { runStateMachine } from '../../src/playbooks/actions/run-state-machine.ts';
import { stopExecution } from '../../src/playbooks/actions/stop-execution.ts';
import { Again } from '../../src/playbooks/define.ts';
import type { StateMachineChanges } from '../../src/ports/state-machines/state-machines.ts';
import { tokenFor } from '../support/a-token.ts';
import { type FakePorts, fakePorts, firstTry } from '../support/fake-ports.ts';
import { aMachine } from '../support/fake-state-machines.ts';

const input = { stateMachine: aMachine, input: { job: 'job-1' } };

interface Drilled extends Omit<FakePorts, 'stateMachines'> {
  readonly stateMachines: StateMachineChanges;
  readonly stored: Map<string, string>;
}

function drilled(): Drilled {
  const ports = fakePorts();
  const stored = new Map<string, string>();
  const store = {
    all: async () => stored,
    putOnce: async (field: string, value: string) => {
      if (stored.has(field)) return false;
      stored.set(field, value);
      return true;
    },
  };
  return { ...ports, stored, stateMachines: simulatedMachines({ store, clock: ports.clock }, [aMachine]) };
}

describe('a state machine in a drill', () => {
  async function started(ports: Drilled): ReturnType<typeof runStateMachine.preview> {
    const proposal = await runStateMachine.preview(input, ports, firstTry);
    const ran = await runStateMachine.run(proposal, input, ports, tokenFor(firstTry, proposal.request));
    expect(ran).toBeInstanceOf(Again);
    return proposal;
  }

  it('is started once in the simulated Region, and succeeds after a minute', async () => {
    const ports = drilled();
    const proposal = await started(ports);
    ports.time.now += minute;

    const token = tokenFor(firstTry, proposal.request);
    expect(await runStateMachine.run(proposal, input, ports, token)).toMatchObject({ status: 'SUCCEEDED' });
    expect(ports.stored.size).toBe(1);
  });

  it('is stopped in the simulated Region', async () => {
    const ports = drilled();
    await started(ports);
    const [field = ''] = [...ports.stored.keys()];
    const job = field.replace('execution ', '');
    const proposal = await stopExecution.preview({ job }, ports, firstTry);
    const token = tokenFor(firstTry, proposal.request);

    expect(await stopExecution.run(proposal, { job }, ports, token)).toBeInstanceOf(Again);
    expect(await stopExecution.run(proposal, { job }, ports, token)).toEqual({ job, status: 'ABORTED' });
  });

  it('that relight.yaml does not list is refused as in a real incident', async () => {
    const other = { ...input, stateMachine: `${aMachine}-2` };

    await expect(runStateMachine.preview(other, drilled(), firstTry)).rejects.toMatchObject({
      code: 'machine-not-allowed',
    });
  });
});
