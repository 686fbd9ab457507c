import type { StepState } from '../../../playbooks/runner.ts';
import { commandName, shortHash } from '../../ids.ts';

/** The command that does what the step's button does. An approval names the request by the start of its hash. */
export function stepCommand(incident: string, step: string, state: StepState): string {
  const words = [commandName, 'step', incident, step];
  return (state.status === 'proposed' ? [...words, shortHash(state.hash)] : words).join(' ');
}
