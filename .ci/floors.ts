/** The floors of `src`, from the top. A folder may import only from the floors below it. */
const floors: readonly (readonly string[])[] = [
  ['cli'],
  ['app'],
  ['readers'],
  ['queue', 'bot'],
  ['outbox', 'paging'],
  ['aws', 'config'],
  ['redis'],
  ['readiness'],
  ['alarms'],
  ['audit', 'drills'],
  ['incidents'],
  ['playbooks'],
  ['assessment'],
  ['relaunch'],
  ['diagnosis'],
  ['checkpoints'],
  ['training-data'],
  ['training-job', 'postmortem', 'models'],
  ['ports'],
  ['tracing'],
];

/** The only files at the root of `src`. Everything may import them, and they import only `sanitize`. */
const rootFiles = ['errors', 'log', 'in-words', 'patterns'];
const everywhere = [`(${rootFiles.join('|')})\\.ts$`, 'sanitize/'];

interface Rule {
  readonly name: string;
  readonly severity: 'error';
  readonly from: Readonly<Record<string, unknown>>;
  readonly to: Readonly<Record<string, unknown>>;
}

function rule(name: string, from: Rule['from'], to: Rule['to']): Rule {
  return { name, severity: 'error', from, to };
}

/** One `dependency-cruiser` rule per folder. */
function downOnly(): readonly Rule[] {
  return floors.flatMap((floor, index) => {
    const below = floors.slice(index + 1).flat();
    return floor.map((folder) => {
      const allowed = [...[folder, ...below].map((one) => `${one}/`), ...everywhere];
      return rule(
        `${folder}-imports-only-what-is-below`,
        { path: `^src/${folder}/` },
        { path: '^src/', pathNot: `^src/(${allowed.join('|')})` },
      );
    });
  });
}

function onlyIn(name: string, folders: readonly string[], packages: string): Rule {
  return rule(
    name,
    { path: '^src/', pathNot: `^src/(${folders.join('|')})` },
    { path: `node_modules/(${packages})/` },
  );
}

const folders = [...floors.flat(), 'sanitize'];

export const rules: readonly Rule[] = [
  rule('no-cycles', {}, { circular: true }),
  rule('src-imports-only-src', { path: '^src/' }, { path: '^(sandbox|test|bench)/' }),
  ...downOnly(),
  rule('sanitize-imports-nothing', { path: '^src/sanitize/' }, { path: '^src/', pathNot: '^src/sanitize/' }),
  rule(
    'root-files-import-sanitize-only',
    { path: `^src/[^/]+$` },
    { path: '^src/', pathNot: `^src/(${everywhere.join('|')})` },
  ),
  rule('every-folder-has-a-rule', { path: '^src/', pathNot: `^src/((${folders.join('|')})/|[^/]+$)` }, {}),
  // The others import the type of a token from `ports/ports.ts`.
  rule(
    'only-the-executor-issues-tokens',
    { path: '^src/', pathNot: '^src/(ports/|queue/steps/run-change\\.ts$)' },
    { path: '^src/ports/token\\.ts$' },
  ),
  onlyIn('only-aws-imports-the-aws-sdk', ['aws/'], '@aws-sdk|@smithy'),
  onlyIn('only-bot-imports-slack', ['bot/'], '@slack'),
  onlyIn(
    'only-tracing-and-the-queue-import-opentelemetry',
    ['tracing/', 'queue/telemetry'],
    '@opentelemetry',
  ),
  onlyIn(
    'only-redis-the-queue-the-outbox-and-the-journal-import-redis',
    ['redis/', 'queue/', 'outbox/', 'incidents/journal/'],
    'bullmq|ioredis',
  ),
];

/** Folders and root files that are on no floor; import rules cannot detect them. */
export function unknownPlaces(files: readonly string[]): readonly string[] {
  const known = new Set([...folders.map((folder) => folder), ...rootFiles.map((file) => `${file}.ts`)]);
  return [...new Set(files.map((file) => file.split('/')[1] ?? ''))].filter((place) => !known.has(place));
}

/** A listener, a command and a view of one thing share its name, and so do a port and its adapter. */
const sharesNames = /^src\/(bot\/(listeners|commands|views)|cli|aws|playbooks\/catalog)\//;
/** The plan of `app/` and `alarms/` names these files. */
const namedByPlan = new Set(['holds.ts', 'ports.ts']);

/** A file name says what a file is about, so it occurs once. */
export function namesUsedTwice(files: readonly string[]): readonly string[] {
  const names = files.filter((file) => !sharesNames.test(file)).map((file) => file.split('/').at(-1) ?? '');
  return [...new Set(names.filter((name, at) => names.indexOf(name) !== at && !namedByPlan.has(name)))];
}

const maxFiles = 20;

/** Actions are found by their names, so their folder may be long. */
export function crowdedFolders(files: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const file of files) {
    const folder = file.slice(0, file.lastIndexOf('/'));
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts].flatMap(([folder, count]) =>
    count > maxFiles && folder !== 'src/playbooks/actions' ? [`${folder} (${count} files)`] : [],
  );
}
