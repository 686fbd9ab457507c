import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);

describe('a worker thread', () => {
  it('loads its TypeScript module and what that imports when Relight runs from source', async () => {
    const program = `
      import { Worker } from 'node:worker_threads';
      import { pathToFileURL } from 'node:url';
      import { loaderOptions } from './src/readers/load-from-source.ts';
      const file = pathToFileURL('test/readers/echo-thread.ts');
      new Worker(file, { workerData: 'hello', ...loaderOptions(file) })
        .on('message', (message) => process.stdout.write(JSON.stringify(message)));
    `;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', program];

    const { stdout } = await run(process.execPath, args);

    expect(JSON.parse(stdout)).toEqual({ echo: 'hello', loaded: 'function' });
  });
});
