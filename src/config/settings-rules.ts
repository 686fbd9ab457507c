import { covers } from '../patterns.ts';
import type { S3Uri } from '../ports/ports.ts';
import { holdersOf, roleLists } from './approval-policy.ts';
import type { Settings } from './settings.ts';

/** What each field of relight.yaml allows, but all of them together make impossible. */
export interface SettingsProblem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

export function settingsProblems(settings: Settings): readonly SettingsProblem[] {
  return [
    ...unsatisfiable(settings),
    ...unreachableTiers(settings),
    ...unreachableRules(settings),
    ...overlaps(settings),
  ];
}

/** Members of user groups are known to Slack alone: `relight doctor` counts those. */
function unsatisfiable({ tiers, roles }: Settings): readonly SettingsProblem[] {
  return Object.entries(tiers).flatMap(([tier, { change }]) => {
    const { users, groups } = holdersOf(roles, change.role);
    if (groups.length > 0 || users.size >= change.approvals) return [];
    const list = roleLists[change.role];
    const named = users.size === 0 ? 'nobody' : `only ${[...users].join(', ')}`;
    return {
      path: ['tiers', tier, 'change', 'approvals'],
      message:
        `can never be reached: a change takes ${change.approvals} different people with the role ${change.role}, ` +
        `and \`roles\` names ${named}; add people or a user group under roles.${list}, or ask for fewer`,
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
        `can never match: every job like ${pattern} belongs to the tier ${first.tier} already, by ${first.pattern}; ` +
        `write ${tier} above ${first.tier}, or change one of the patterns`,
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
      message: `can never decide: alarms.${first} (${alarms[first]?.alarm}) takes every alarm like ${alarm}; write this rule above it`,
    };
  });
}

interface Place {
  readonly path: readonly PropertyKey[];
  readonly name: string;
  readonly uri: S3Uri;
}

/** Places of which one must not lie inside the other; the message is about the first. */
function overlaps({ s3 }: Settings): readonly SettingsProblem[] {
  const place = (name: 'recovery' | 'fixed_data' | 'backup'): readonly Place[] =>
    s3[name] === undefined ? [] : [{ path: ['s3', name], name: `s3.${name}`, uri: s3[name] }];
  const jobs = (s3.checkpoints ?? []).map(
    (uri, index): Place => ({
      path: ['s3', 'checkpoints', index],
      name: 's3.checkpoints, where jobs write',
      uri,
    }),
  );
  const [recovery, fixed, backup] = [place('recovery'), place('fixed_data'), place('backup')];
  return [
    ...pairs(recovery, [...jobs, ...backup]),
    ...pairs(fixed, [...jobs, ...backup]),
    ...pairs(backup, jobs),
    // Fixed data below recovery is what happens where fixed_data is left out.
    ...pairs(recovery, fixed).filter(({ inside }) => inside === 's3.recovery'),
  ].map(({ path, message }) => ({ path, message }));
}

function pairs(
  ones: readonly Place[],
  others: readonly Place[],
): readonly (SettingsProblem & { readonly inside: string })[] {
  return ones.flatMap((one) =>
    others.flatMap((other) => {
      const [inner, outer] = contains(other.uri, one.uri) ? [one, other] : [other, one];
      if (!contains(outer.uri, inner.uri)) return [];
      const how = contains(inner.uri, outer.uri) ? 'is the same place as' : 'lies inside';
      return {
        path: inner.path,
        inside: contains(inner.uri, outer.uri) ? '' : inner.name,
        message: `${how} ${outer.name} (${outer.uri}): what is written to one would be taken for the other; give it a prefix of its own beside it`,
      };
    }),
  );
}

function contains(outer: S3Uri, inner: S3Uri): boolean {
  return asFolder(inner).startsWith(asFolder(outer));
}

function asFolder(uri: S3Uri): string {
  return uri.endsWith('/') ? uri : `${uri}/`;
}
