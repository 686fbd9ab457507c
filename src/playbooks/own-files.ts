import { extname } from 'node:path';

/**
 * The URL of a module of Relight, by its path in `src` without the extension: TypeScript when Relight runs from its
 * sources, JavaScript when it is built. A build moves code between files, so no other module derives a path from its own
 * URL; `build.ts` keeps this one a folder below the root.
 */
export function ownModule(path: string): URL {
  return new URL(`${path}${ending}`, root);
}

/** The extension of the modules that run. */
export const ending: string = extname(import.meta.url);

/** The folder `src`, or that of the build. */
export const root: URL = new URL('..', import.meta.url);
