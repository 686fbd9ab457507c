import { isChanging, suggestedAfter } from '../../../incidents/choose-playbook.ts';
import { switchInWords } from '../../../incidents/discarded-work.ts';
import type { Incident } from '../../../incidents/model/incident.ts';
import { leftBehind } from '../../../incidents/stopping-steps.ts';
import { attemptFor } from '../../clicks/playbook-intents.ts';
import { actionIds, stepRef } from '../../ids.ts';
import type { ButtonWords } from '../blocks.ts';

const startIds = [actionIds.startPlaybook, actionIds.startOther];

/** The buttons of the card. A change of a playbook that is gone is followed by nobody: people say how it ended. */
export function cardButtons(incident: Incident, hasPlaybook: boolean): readonly ButtonWords[] {
  const isOver = incident.recovered !== undefined || incident.outcome !== undefined;
  return !hasPlaybook && isChanging(incident) && !isOver ? [endButton(incident)] : playbookButtons(incident);
}

function endButton(incident: Incident): ButtonWords {
  const value = stepRef(incident.id, 'outcome', attemptFor(incident));
  return { label: 'Say how it ended', id: actionIds.tellOutcome, value };
}

/** The buttons for a playbook that cannot continue on its own. `failure`: of the step that stopped it. */
export function playbookButtons(
  incident: Incident,
  failure?: Parameters<typeof suggestedAfter>[1],
): readonly ButtonWords[] {
  if (isChanging(incident) || incident.recovered !== undefined || incident.outcome !== undefined) return [];
  const ref = (step: string): string => stepRef(incident.id, step, attemptFor(incident));
  const told = endButton(incident);
  if (leftBehind(incident) !== undefined) return [told];
  const suggested = failure === undefined ? [] : suggestedAfter(incident, failure);
  return [
    ...suggested.slice(0, startIds.length).map(({ playbook, label }, n) => ({
      label,
      id: startIds[n] ?? '',
      value: ref(playbook),
      ...(incident.playbook !== undefined && { confirm: switchInWords(incident) }),
    })),
    { label: 'Choose a playbook', id: actionIds.choosePlaybook, value: ref('choose') },
    told,
  ];
}
