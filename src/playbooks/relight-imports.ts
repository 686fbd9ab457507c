import { register } from 'node:module';
import { ending, root } from './own-files.ts';

/**
 * Lets playbooks outside this repository import `relight/define` and `relight/actions/<name>`: both resolve to the files
 * of the running process, from the sources as in the compiled image. A second copy, which `node_modules` might hold,
 * would have an `Again` and an `OpsError` that this process does not recognize.
 * https://nodejs.org/docs/latest-v20.x/api/module.html#resolvespecifier-context-nextresolve
 */
export function resolveRelightImports(): void {
  if (isRegistered) return;
  isRegistered = true;
  const own = JSON.stringify({ base: new URL('playbooks/', root).href, ending });
  // Hooks run in a thread of their own, which loads this text.
  const hook = `const { base, ending } = ${own};
    export async function resolve(specifier, context, next) {
      const path = /^relight\\/(define|actions\\/[a-z0-9-]+)$/.exec(specifier)?.[1];
      return next(path === undefined ? specifier : base + path + ending, context);
    }`;
  register(`data:text/javascript,${encodeURIComponent(hook)}`);
}

let isRegistered = false;
