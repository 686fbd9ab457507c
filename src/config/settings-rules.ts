import { asFolder } from '../checkpoints/folders.ts';
import { covers } from '../patterns.ts';
import type { S3Uri } from '../ports/ports.ts';
import { holdersOf, roleLists } from './approval-policy.ts';
import { autopilotProblems } from './autopilot-settings.ts';
import type { Settings } from './settings.ts';

/** A conflict between fields of relight.yaml that are valid on their own. `path` leads to the field to change. */
export interface SettingsProblem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/**
 * Checks the rules across fields: approvals that nobody can give, patterns that never match and S3 locations that
 * overlap. Empty if there is no conflict.
 * @example settingsProblems(settings) // [{ path: ['s3', 'recovery'], message: 'is inside s3.backup …' }]
 */
export function settingsProblems(settings: Settings): readonly SettingsProblem[] {
  return [
    ...unsatisfiable(settings),
    ...unreachableTiers(settings),
    ...unreachableRules(settings),
    ...overlaps(settings),
    ...autopilotProblems(settings),
  ];
}

/** Skips roles with user groups, whose members only Slack knows. `relight doctor` counts them. */
function unsatisfiable({ tiers, roles }: Settings): readonly SettingsProblem[] {
  return Object.entries(tiers).flatMap(([tier, { change }]) => {
    const { users, groups } = holdersOf(roles, change.role);
    if (groups.length > 0 || users.size >= change.approvals) return [];
    const list = roleLists[change.role];
    const named = users.size === 0 ? 'nobody' : `only ${[...users].join(', ')}`;
    return {
      path: ['tiers', tier, 'change', 'approvals'],
      message:
        `can never be reached: a change needs ${change.approvals} different people with the role ${change.role}, ` +
        `but \`roles\` names ${named}; add people or a user group under roles.${list}, or lower the number`,
    };
  });
}

/** A job belongs to the first tier with a matching pattern. */
function unreachableTiers({ tiers }: Settings): readonly SettingsProblem[] {
  const patterns = Object.entries(tiers).flatMap(([tier, { jobs }]) =>
    jobs.map((pattern, index) => ({ tier, pattern, index })),
  );
  return patterns.flatMap(({ tier, pattern, index }, at) => {
    const first = patterns.slice(0, at).find((one) => one.tier !== tier && covers(one.pattern, pattern));
    if (first === undefined) return [];
    return {
      path: ['tiers', tier, 'jobs', index],
      message:
        `can never match: every job like ${pattern} already belongs to the tier ${first.tier} through ${first.pattern}; ` +
        `move ${tier} above ${first.tier}, or change one of the patterns`,
    };
  });
}

function unreachableRules({ alarms }: Settings): readonly SettingsProblem[] {
  return alarms.flatMap(({ alarm }, at) => {
    const first = alarms.findIndex(
      (one, index) =>
        index < at && one.dimensions === undefined && one.tags === undefined && covers(one.alarm, alarm),
    );
    if (first === -1) return [];
    return {
      path: ['alarms', at, 'alarm'],
      message: `can never apply: alarms.${first} (${alarms[first]?.alarm}) matches every alarm like ${alarm}; move this rule above it`,
    };
  });
}

interface ConfiguredPrefix {
  readonly path: readonly PropertyKey[];
  readonly name: string;
  readonly uri: S3Uri;
}

/** Locations that must not overlap. The problem is reported for the inner one. */
function overlaps({ s3 }: Settings): readonly SettingsProblem[] {
  const prefix = (name: 'recovery' | 'fixed_data' | 'backup'): readonly ConfiguredPrefix[] =>
    s3[name] === undefined ? [] : [{ path: ['s3', name], name: `s3.${name}`, uri: s3[name] }];
  const name = 's3.checkpoints, where jobs write';
  const jobs = (s3.checkpoints ?? []).map((uri, at) => ({ path: ['s3', 'checkpoints', at], name, uri }));
  const [recovery, fixed, backup] = [prefix('recovery'), prefix('fixed_data'), prefix('backup')];
  return [
    ...pairs(recovery, [...jobs, ...backup]),
    ...pairs(fixed, [...jobs, ...backup]),
    ...pairs(backup, jobs),
    // Fixed data under recovery is fine: that is the default without fixed_data.
    ...pairs(recovery, fixed).filter(({ inside }) => inside === 's3.recovery'),
  ].map(({ path, message }) => ({ path, message }));
}

function pairs(
  ones: readonly ConfiguredPrefix[],
  others: readonly ConfiguredPrefix[],
): readonly (SettingsProblem & { readonly inside: string })[] {
  return ones.flatMap((one) =>
    others.flatMap((other) => {
      const [inner, outer] = contains(other.uri, one.uri) ? [one, other] : [other, one];
      if (!contains(outer.uri, inner.uri)) return [];
      const how = contains(inner.uri, outer.uri) ? 'is the same location as' : 'is inside';
      return {
        path: inner.path,
        inside: contains(inner.uri, outer.uri) ? '' : inner.name,
        message: `${how} ${outer.name} (${outer.uri}): files in one would be mistaken for files of the other; choose a separate prefix`,
      };
    }),
  );
}

function contains(outer: S3Uri, inner: S3Uri): boolean {
  return asFolder(inner).startsWith(asFolder(outer));
}
