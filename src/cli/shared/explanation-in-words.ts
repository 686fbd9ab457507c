/** How Relight would handle an alarm message, and why. */
export interface EventExplanation {
  readonly outcome: 'opens' | 'clears' | 'quiet' | 'kept';
  readonly why: string;
  readonly job?: string;
  readonly kind?: string;
  readonly tier?: string;
  readonly playbook?: string;
  readonly at?: string;
  /** Set if a maintenance window currently holds back its thread. */
  readonly held?: string;
  /** The other alarms and events in the same message. */
  readonly also?: readonly EventExplanation[];
}

/** One line per fact, for people. */
export function explanationInWords({
  outcome,
  why,
  also = [],
  ...facts
}: EventExplanation): readonly string[] {
  const what = {
    opens: 'Opens an incident, or joins the open incident of its job',
    clears: 'Records in the open incident of its job that the alarm is OK',
    quiet: 'Opens nothing',
    kept: 'Is kept as a dead letter',
  }[outcome];
  return [
    `${what}: ${why}`,
    ...Object.entries(facts).map(([name, value]) => `${name}: ${value}`),
    ...also.flatMap((one) => ['', ...explanationInWords(one)]),
  ];
}
