import { readinessOf } from '../../../readiness/readiness.ts';
import { readinessInShort, readinessSummary } from '../../../readiness/readiness-lines.ts';
import { commandName } from '../../ids.ts';
import { header, quote, small } from '../blocks.ts';
import { line } from '../untrusted.ts';
import { signs } from '../words.ts';
import type { HomeSection } from './home-section.ts';

/** The readiness with the first finding of each check. Names from AWS are in it, so the lines are no markup. */
export const readinessSection: HomeSection = ({ preparation }) => {
  if (preparation === undefined) return [];
  const { report } = preparation;
  const sign = readinessOf(report) === 'ready' ? signs.done : signs.warning;
  return [
    header(`${sign} Readiness: ${readinessSummary(report)}`),
    quote(
      readinessInShort(report)
        .map((one) => line(one, 300))
        .join('\n'),
    ),
    small(`\`${commandName} readiness\` shows all of it, how to fix it, and how old the measurement is.`),
  ];
};
