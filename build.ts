import { readdirSync, rmSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { build } from 'esbuild';

/**
 * Bundles Relight and its packages into few files: loading its 750 modules and those of the AWS SDK one by one takes more
 * than half of the time that a command needs. `npm run check` checks the types.
 */
const [, , outdir = 'dist', program] = process.argv;

/** Files that Node, a parent process or a playbook loads by their paths. */
const entryPoints = [
  'src/cli/relight.ts',
  'src/readers/reader-process.ts',
  'src/readers/watchdog.ts',
  'src/playbooks/define.ts',
  'src/playbooks/actions/*.ts',
  'src/playbooks/catalog/*.ts',
  // Finds the others from where it is: `chunkNames` keeps it one folder below the root, as in `src`.
  'src/playbooks/own-files.ts',
  // A program that runs Relight in its own way, such as that of a benchmark.
  ...(program === undefined ? [] : [{ in: program, out: 'program' }]),
];

const { metafile } = await build({
  entryPoints,
  outdir,
  outbase: 'src',
  bundle: true,
  splitting: true,
  chunkNames: 'playbooks/[name]-[hash]',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // The ES modules of the AWS SDK leave out the hundreds of commands that Relight does not call: a process starts with a fifth
  // less processor time and 30 MB less memory.
  mainFields: ['module', 'main'],
  // Native code.
  external: ['@resvg/resvg-js', 'msgpackr-extract'],
  // Some packages look at the names of their classes.
  keepNames: true,
  sourcemap: true,
  sourcesContent: false,
  // Packages that are CommonJS call `require` for the modules of Node.
  banner: {
    js: "import { createRequire as newRequire } from 'node:module'; const require = newRequire(import.meta.url);",
  },
  logLevel: 'warning',
  metafile: true,
});

// Files that entry points share have a hash in their names, so those of earlier builds would stay beside these.
const written = new Set(Object.keys(metafile.outputs).map((file) => resolve(file)));
const files = readdirSync(outdir, { recursive: true, encoding: 'utf8' }).map((name) => resolve(outdir, name));
for (const file of files) if (!written.has(file) && statSync(file).isFile()) rmSync(file);
