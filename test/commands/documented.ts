import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';

/** The pages whose commands are tested. */
const pages = (): string[] => [
  'README.md',
  'CONTRIBUTING.md',
  ...['docs', 'bench', 'sandbox'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md') && !name.includes('node_modules'))
      .map((name) => `${folder}/${name}`),
  ),
];

const startsLikeCommand =
  /^(?:[A-Z][A-Z0-9_]*=\S+ )*(?:npm|npx|node|rm|apt-get|docker|redis-server|curl|git|relight|\/relight|\.ci\/run)(?= |$)/;
/** Names, not commands: for example, `redis-server` is a package and `/relight` the name of the slash command. */
const names = new Set(['redis-server', 'relight', '/relight', 'npm', 'npx', 'node', 'docker', 'git']);

/** Every documented command with its options, such as `npm run demo` or `relight data validate --tier gold`. */
export function documentedCommands(): ReadonlySet<string> {
  const found = new Set<string>();
  for (const page of pages()) {
    const text = readFileSync(page, 'utf8');
    const fenced = [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) =>
      block.split('\n'),
    );
    const inline = [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
    for (const command of [...fenced, ...inline].flatMap((line) => line.split('&&')))
      if (startsLikeCommand.test(command.trim()) && !names.has(command.trim())) found.add(command.trim());
  }
  return found;
}

const Manifest = z.object({ scripts: z.record(z.string(), z.string()) });

export function packageScripts(): readonly string[] {
  return Object.keys(Manifest.parse(JSON.parse(readFileSync('package.json', 'utf8'))).scripts).map((name) =>
    name === 'test' ? 'npm test' : `npm run ${name}`,
  );
}
