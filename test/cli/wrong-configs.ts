import { readFileSync } from 'node:fs';

export const example = readFileSync('relight.example.yaml', 'utf8');

/** The example file with one replacement. Throws if the text does not occur. */
export function changed(from: string | RegExp, to: string): string {
  const text = example.replace(from, to);
  if (text === example) throw new Error(`relight.example.yaml has no ${String(from)}`);
  return text;
}

/** The first line that differs from the example, counted from 1. */
export function changedLine(content: string): number {
  const lines = example.split('\n');
  return content.split('\n').findIndex((line, index) => line !== lines[index]) + 1;
}

export const gold = 'jobs: ["srl-rlvr-gold-*"]';
const window = (fields: string): string =>
  changed('maintenance: []', `maintenance: [{ name: x, ${fields} }]`);
/** The defect, the file content, and the expected message. */
export const wrongConfigs: readonly (readonly [what: string, content: string, words: RegExp])[] = [
  ['a tab', changed('  gold:', '\tgold:'), /tab; use spaces/],
  ['a duplicate key', changed(/^tiers:/m, 'incident_channel: C0OTHER\ntiers:'), /repeats a key; keep one/],
  ['an alias without an anchor', changed('C0INCIDENT', '*channel'), /alias .* quote the text/],
  ['two anchors', changed('C0INCIDENT', '&a &b C0INCIDENT'), /two anchors .* keep one/],
  ['an unknown tag', changed('C0INCIDENT', '!channel C0INCIDENT'), /tag .* remove it, or quote/],
  ['a reserved character', changed('C0INCIDENT', '@incidents'), /put the value in quotes/],
  ['an unclosed quote', changed('C0INCIDENT', '"C0INCIDENT'), /quote/],
  [
    'two keys on a line',
    changed('incident_channel: C0INCIDENT', 'incident_channel: C0: INCIDENT'),
    /its own line/,
  ],
  [
    'text for a number',
    changed('rto_minutes: 60', 'rto_minutes: soon'),
    /tiers\.gold\.rto_minutes must be a number, not "soon"/,
  ],
  [
    'a state machine without its ARN',
    changed('state_machines: []', 'state_machines: [restore-training]'),
    /state_machines.* must be the ARN of a state machine, of a version or of an alias/,
  ],
  ['a negative duration', changed('rto_minutes: 60', 'rto_minutes: -5'), /must be a number of minutes/],
  ['an endless duration', changed('rto_minutes: 60', 'rto_minutes: .inf'), /must be a number, not Infinity/],
  ['a number for text', changed('C0INCIDENT', '12'), /must be text, not 12; put it in quotes: "12"/],
  ['text for a list', changed(gold, 'jobs: srl'), /must be a list, such as \[one, two\], not "srl"/],
  ['an empty list', changed(/instance_types: \[.*\]/, 'instance_types: []'), /must have at least 1 entry/],
  [
    'a key for the on-call tool over plain HTTP',
    changed('maintenance: []', 'paging: { url: "http://pages.example.com/v2/enqueue" }'),
    /must begin with https:\/\//,
  ],
  [
    'leads who are called before the responder',
    changed('rto_minutes: 60', 'rto_minutes: 60\n    escalation: { percent: { lead: 40 } }'),
    /must rise from responder to lead to contacts/,
  ],
  ['a fraction', changed('instance_count: 8', 'instance_count: 8.5'), /must be a whole number, not 8.5/],
  [
    'a number beyond its limit',
    changed('messages_per_second: 0.8', 'messages_per_second: 99'),
    /must be at most 50/,
  ],
  [
    'a misspelled key',
    changed(
      'rpo_minutes: 30\n    change: { role: lead',
      'rpo_minutes: 30\n    chnge: {}\n    change: { role: lead',
    ),
    /tiers\.gold\.chnge is not a key .* did you mean change\?/,
  ],
  [
    'a misspelled key at the top',
    changed('slack:\n', 'slcak: {}\nslack:\n'),
    /slcak is not a key .* did you mean slack\?/,
  ],
  [
    'a misspelled role',
    changed('role: lead', 'role: leed'),
    /must be one of responder, lead, production-approver.* did you mean lead\?/,
  ],
  [
    'a misspelled kind',
    changed('kind: spot_interruption', 'kind: spot_interuption'),
    /did you mean spot_interruption\?/,
  ],
  ['a tier’s name in capitals', changed('  gold:', '  Gold:'), /tiers\.Gold .* must be a lowercase word/],
  ['a bad cron expression', window('starts: "0 2 * * FUNDAY", minutes: 10'), /cron expression such as/],
  [
    'a bad time zone',
    window('starts: "0 2 * * SUN", minutes: 10, timezone: Mars'),
    /time zone such as Europe/,
  ],
  [
    'a bad S3 address',
    changed('recovery: s3://', 'recovery: s3:/'),
    /s3\.recovery must look like s3:\/\/bucket/,
  ],
  ['a second document', changed(/^tiers:/m, '---\ntiers:'), /second document .* keep one/],
  // Conflicts between fields:
  [
    'a policy that needs three people when only two have the role',
    changed('role: lead, approvals: 1', 'role: production-approver, approvals: 3'),
    /can never be reached: .* names only U0LEAD, U0LEAD2; add people .* roles\.production_approvers/,
  ],
  [
    'a tier whose jobs all belong to an earlier tier',
    changed(gold, 'jobs: ["srl-*-gold-*", "srl-rlvr-silver-2*"]').replace(
      '"srl-rlvr-silver-*"',
      '"srl-rlvr-silver-20*"',
    ),
    /tiers\.silver\.jobs\.0 can never match: .* already belongs to the tier gold through srl-rlvr-silver-2\*/,
  ],
  [
    'an alarm rule after one that matches everything',
    changed('alarm: "srl-rlvr-*-prod-*"', 'alarm: "TrainingJobInterruptedOnSpot*"'),
    /alarms\.1\.alarm can never apply/,
  ],
  [
    'a recovery prefix where jobs write',
    changed('checkpoints-recovery/', 'checkpoints/recovery/'),
    /s3\.recovery is inside s3\.checkpoints/,
  ],
  [
    'a recovery prefix in the backup',
    changed('checkpoints-recovery/', 'checkpoints-backup/recovery'),
    /s3\.recovery is inside s3\.backup/,
  ],
  [
    'a backup in the recovery prefix',
    changed('checkpoints-backup/', 'checkpoints-recovery/backup/'),
    /s3\.backup is inside s3\.recovery/,
  ],
  [
    'fixed data in the backup',
    changed('fixed-data/', 'checkpoints-backup/fixed'),
    /s3\.fixed_data is inside s3\.backup/,
  ],
  [
    'the same location for recovery and backup',
    changed('checkpoints-recovery/', 'checkpoints-backup'),
    /is the same location as s3\.backup/,
  ],
];
