import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import createIgnore from '@balena/dockerignore';
import {
  Cmd,
  Copy,
  DockerfileParser,
  Entrypoint,
  Env,
  From,
  Healthcheck,
  type Instruction,
  Run,
  User,
  Workdir,
} from 'dockerfile-ast';

/** The last stage of a Dockerfile as a folder, and how its container starts. */
export interface BuiltImage {
  /** The folder that is `/` in the container. */
  readonly root: string;
  readonly workdir: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly user: string | undefined;
  /** ENTRYPOINT followed by CMD. */
  readonly command: readonly string[];
  readonly healthcheck: readonly string[];
  readonly remove: () => Promise<void>;
}

interface Stage {
  readonly root: string;
  workdir: string;
  user: string | undefined;
  environment: Record<string, string>;
  entrypoint: readonly string[];
  cmd: readonly string[];
  healthcheck: readonly string[];
}

const run = promisify(execFile);

/**
 * Runs the instructions of a Dockerfile without a container engine. Each stage is an empty folder outside the checkout,
 * so it contains only what the instructions put there. This machine is the base image. Unknown instructions fail the
 * build.
 */
export async function buildImage(context: string): Promise<BuiltImage> {
  const folder = await mkdtemp(join(tmpdir(), 'relight-image-'));
  // The container's user must be able to read what root built.
  await chmod(folder, 0o755);
  const builder = { context, folder, ignores: await ignoredIn(context), stages: new Map<string, Stage>() };
  const dockerfile = DockerfileParser.parse(await readFile(join(context, 'Dockerfile'), 'utf8'));
  let last: Stage | undefined;
  for (const instruction of dockerfile.getInstructions()) {
    if (instruction instanceof From) last = await begin(builder, instruction);
    else if (last === undefined) throw new Error(`${instruction.getKeyword()} comes before FROM`);
    else await carryOut(builder, last, instruction);
  }
  if (last === undefined) throw new Error('the Dockerfile has no stage');
  const { entrypoint, cmd, ...image } = last;
  return {
    ...image,
    command: [...entrypoint, ...cmd],
    remove: async () => rm(folder, { recursive: true, force: true }),
  };
}

interface Builder {
  readonly context: string;
  readonly folder: string;
  readonly ignores: (path: string) => boolean;
  readonly stages: Map<string, Stage>;
}

async function ignoredIn(context: string): Promise<Builder['ignores']> {
  const patterns = createIgnore.default().add(await readFile(join(context, '.dockerignore'), 'utf8'));
  return (path) => path !== '' && patterns.ignores(path);
}

async function begin({ folder, stages }: Builder, from: From): Promise<Stage> {
  const name = from.getBuildStage() ?? String(stages.size);
  const root = join(folder, name);
  await mkdir(root);
  const stage: Stage = {
    root,
    workdir: '/',
    user: undefined,
    environment: {},
    entrypoint: [],
    cmd: [],
    healthcheck: [],
  };
  stages.set(name, stage);
  return stage;
}

async function carryOut(builder: Builder, stage: Stage, instruction: Instruction): Promise<void> {
  if (instruction instanceof Copy) return copy(builder, stage, instruction);
  if (instruction instanceof Run) return shell(stage, instruction.getArgumentsContent() ?? '');
  if (instruction instanceof Workdir) {
    stage.workdir = resolve(stage.workdir, instruction.getPath() ?? '');
    await mkdir(inside(stage, stage.workdir), { recursive: true });
    return;
  }
  set(stage, instruction);
}

function set(stage: Stage, instruction: Instruction): void {
  if (instruction instanceof Env) {
    for (const property of instruction.getProperties())
      stage.environment[property.getName()] = property.getValue() ?? '';
  } else if (instruction instanceof User) stage.user = instruction.getArgumentsContent() ?? undefined;
  else if (instruction instanceof Entrypoint) stage.entrypoint = words(instruction);
  else if (instruction instanceof Cmd) stage.cmd = words(instruction);
  else if (instruction instanceof Healthcheck) stage.healthcheck = healthcheckOf(instruction);
  else if (instruction.getKeyword() !== 'EXPOSE')
    throw new Error(`unsupported instruction: ${instruction.toString()}`);
}

async function copy(builder: Builder, stage: Stage, instruction: Copy): Promise<void> {
  const paths = instruction.getArguments().map((argument) => argument.getValue());
  const { folder, filter } = sourceOf(builder, instruction);
  const target = inside(stage, resolve(stage.workdir, paths.at(-1) ?? ''));
  const intoFolder = paths.length > 2 || paths.at(-1)?.endsWith('/') === true;
  for (const path of paths.slice(0, -1)) {
    const origin = join(folder, path);
    // As in Docker, COPY copies the content of a folder, and a file keeps its name inside a target folder.
    const keepsName = intoFolder && (await stat(origin)).isFile();
    const to = keepsName ? join(target, basename(path)) : target;
    await cp(origin, to, { recursive: true, verbatimSymlinks: true, filter });
  }
}

function sourceOf(
  { context, ignores, stages }: Builder,
  instruction: Copy,
): { readonly folder: string; readonly filter: (path: string) => boolean } {
  const name = instruction.getFromFlag()?.getValue();
  if (typeof name !== 'string')
    return { folder: context, filter: (path) => !ignores(relative(context, path)) };
  const stage = stages.get(name);
  if (stage === undefined) throw new Error(`COPY --from=${name}: there is no such stage`);
  return { folder: stage.root, filter: () => true };
}

async function shell(stage: Stage, command: string): Promise<void> {
  const { PATH = '', HOME = '' } = process.env;
  await run('sh', ['-c', command], {
    cwd: inside(stage, stage.workdir),
    env: { PATH, HOME, ...stage.environment },
    maxBuffer: 64 * 1024 * 1024,
  });
}

function inside({ root }: Stage, path: string): string {
  return join(root, path);
}

function words(instruction: Cmd | Entrypoint): readonly string[] {
  return instruction.getJSONStrings().map((word) => word.getJSONValue());
}

function healthcheckOf(instruction: Healthcheck): readonly string[] {
  const text = instruction.getRawArgumentsContent() ?? '';
  return JSON.parse(text.slice(text.indexOf('['), text.lastIndexOf(']') + 1)) as readonly string[];
}
