import { extname } from 'node:path';

/**
 * The Node options that a worker thread needs to load a module of Relight.
 *
 * Compiled JavaScript needs none. Under `node --import tsx`, Node 20 does not carry the TypeScript loader over to
 * worker threads, and tsx registers itself on the main thread only. The thread therefore registers the loader itself.
 */
export function loaderOptions(module: URL): { readonly execArgv?: string[] } {
  if (extname(module.pathname) !== '.ts') return {};
  const tsx = JSON.stringify(import.meta.resolve('tsx/esm/api'));
  const script = `import { register } from ${tsx}; register();`;
  return { execArgv: ['--import', `data:text/javascript,${encodeURIComponent(script)}`] };
}
