import { z } from 'zod';
import { clock, time } from '../../in-words.ts';
import { rtoClock } from '../../incidents/model/clock.ts';
import { type Incident, runOf } from '../../incidents/model/incident.ts';
import { failureWords } from '../../ports/failure-kind.ts';
import { type Block, say } from './blocks.ts';
import { escape, line } from './untrusted.ts';

/** The page that opens a support case. https://docs.aws.amazon.com/awssupport/latest/user/case-management.html */
const supportLink = 'https://support.console.aws.amazon.com/support/home#/case/create';

/** For the people who were called: what is at stake, and how to open a case at AWS. */
export function helpBlocks(incident: Incident, at: number): readonly Block[] {
  const { deadline } = rtoClock(incident, at);
  return [
    say(`Training should run again by ${clock(deadline)} (${escape(incident.tier)} RTO).`),
    say(`If AWS has to help: <${supportLink}|open a case at AWS Support> and paste this.`),
    say(`\`\`\`${supportText(incident)}\`\`\``),
  ];
}

/** Job, Region, time and failure, without secrets. */
function supportText(incident: Incident): string {
  const { subject, region, failedAt, kind, alarms, id } = incident;
  const said = alarms.flatMap(({ name, reason }) => (reason === '' ? [name] : [`${name}: ${reason}`]));
  const rows = [
    `${kind === 'model_degraded' ? 'SageMaker endpoint' : 'SageMaker training job'}: ${line(subject, 63)}`,
    `Region: ${line(region, 40)}`,
    `Failed: ${time(failedAt)}`,
    `Failure: ${failureWords[kind]}`,
    ...said.slice(0, 2).map((one) => `Reported as: ${line(one, 400)}`),
    ...evidenceOf(incident).map((one) => `Diagnosis: ${line(one, 400)}`),
    `Reference: ${line(id, 40)}`,
  ];
  // A code block ends at three backticks.
  return escape(rows.join('\n').replaceAll('`', '’'));
}

const Evidence = z.object({ diagnosis: z.object({ evidence: z.array(z.string()) }) });

function evidenceOf(incident: Incident): readonly string[] {
  return Evidence.safeParse(runOf(incident).results).data?.diagnosis.evidence.slice(0, 3) ?? [];
}
