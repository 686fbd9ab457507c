import type { Settings } from '../job-arguments.ts';
import { wasRead } from '../outside-texts.ts';

export interface ConfigFile {
  readonly key: string;
  readonly file: string;
}

/**
 * The file of further arguments that a hyperparameter names, unless it is among those that were read: an argument that is
 * absent may be set there.
 */
export function configFileOf({ hyperParameters, outside }: Settings): ConfigFile | undefined {
  for (const [key, value] of Object.entries(hyperParameters)) {
    const file = value.replaceAll('"', '').trim();
    const named = /^[-+]*(config|config[-_](file|name|path)|recipe|training[-_]recipe)$/.test(key);
    if (wasRead(outside, file)) continue;
    if (/^\S+\.(ya?ml|toml)$/i.test(file) || (named && /^[\w./-]+$/.test(file))) return { key, file };
  }
  return undefined;
}
