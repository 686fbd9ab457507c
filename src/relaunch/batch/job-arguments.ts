/**
 * Hyperparameters are strings; the SageMaker SDK JSON-encodes some of them (`"8"`, `"\"abc\""`). A changed value keeps
 * its notation, because the training script expects it.
 * https://github.com/aws/sagemaker-python-sdk: `_encode_hyperparameters`
 */
export type HyperParameters = Readonly<Record<string, string>>;

/** One argument of the trainer, and where its value is: from `start` to `end` in the hyperparameter `key`. */
export interface Setting {
  /** The name with underscores and without the prefix of an option or override. */
  readonly name: string;
  readonly key: string;
  readonly start: number;
  readonly end: number;
  /** False if the argument is one of several inside the hyperparameter. */
  readonly alone: boolean;
}

export interface Edit {
  readonly setting: Setting;
  readonly value: number;
}

/** `--batch-size`, `++data.batch_size` and `batch_size` are spellings of one name. */
export function plainName(key: string): string {
  return key.replace(/^[-+]+/, '').replaceAll('-', '_');
}

/** The arguments of a job, wherever its hyperparameters hold them. */
export class Settings {
  readonly hyperParameters: HyperParameters;
  readonly #all: readonly Setting[];

  constructor(hyperParameters: HyperParameters) {
    this.hyperParameters = hyperParameters;
    this.#all = Object.entries(hyperParameters).flatMap(([key, value]) => [
      aloneIn(key, value),
      ...insideOf(key, value),
    ]);
  }

  get all(): readonly Setting[] {
    return this.#all;
  }

  /** A hyperparameter of this name, or else the only argument of this name inside one. */
  find(name: string): Setting | undefined {
    const named = this.#all.filter((one) => one.name === name);
    return named.find((one) => one.alone) ?? (named.length === 1 ? named[0] : undefined);
  }

  has(...names: readonly string[]): boolean {
    return names.some((name) => this.find(name) !== undefined);
  }

  text(setting: Setting): string {
    return (this.hyperParameters[setting.key] ?? '').slice(setting.start, setting.end);
  }

  value(name: string): string | undefined {
    const setting = this.find(name);
    return setting === undefined ? undefined : this.text(setting);
  }

  count(name: string): number | undefined {
    return readCount(this.value(name));
  }

  /** Whether a flag is set: an option without a value counts, as argparse's `store_true`. */
  isOn(name: string): boolean {
    const value = this.value(name);
    return value !== undefined && /^(true|1|yes|on|)$/i.test(value);
  }

  isOff(name: string): boolean {
    return /^(false|0|no|off)$/i.test(this.value(name) ?? '');
  }

  /** The key of an argument that the job does not set, spelled like one that it sets. */
  spell(name: string, like: Setting | undefined): string {
    const [prefix = ''] = /^[-+]*/.exec(like?.key ?? '') ?? [];
    const hyphens = like !== undefined && /\w-\w/.test(like.key) && !like.key.includes('_');
    return prefix + (hyphens ? name.replaceAll('_', '-') : name);
  }
}

/** Reads an integer of 1 or more, quoted or not; undefined for anything else. */
export function readCount(value: string | undefined): number | undefined {
  const bare = value?.trim().replace(/^"(.*)"$/, '$1');
  if (bare === undefined || !/^\d+$/.test(bare)) return undefined;
  const count = Number(bare);
  return Number.isSafeInteger(count) && count > 0 ? count : undefined;
}

/** The hyperparameters that the edits change, with their new values. */
export function edited(hyperParameters: HyperParameters, edits: readonly Edit[]): Map<string, string> {
  const after = new Map<string, string>();
  // From the right, so that the positions of the remaining edits hold.
  for (const { setting, value } of [...edits].sort((one, other) => other.setting.start - one.setting.start)) {
    const before = after.get(setting.key) ?? hyperParameters[setting.key] ?? '';
    after.set(setting.key, before.slice(0, setting.start) + value + before.slice(setting.end));
  }
  return after;
}

function aloneIn(key: string, value: string): Setting {
  const bare = value.trim().replace(/^"(.*)"$/s, '$1');
  const start = value.indexOf(bare);
  return { name: plainName(key), key, start, end: start + bare.length, alone: true };
}

/** A free text may look like arguments: `run_name="batch_size=8 lr=1e-5"`. */
const freeText =
  /(^|[_.-])(name|names|note|notes|desc|description|tag|tags|title|comment|prompt|template|group|id|project)$/;

/** The numbers and words of a JSON object, as in a DeepSpeed configuration; quotes are escaped in an encoded one. */
const inJson = /\\*"([\w.-]+)\\*"\s*:\s*(?:\\*")?([\w.+-]+)/g;

/** `data.batch_size=8` of Hydra, or `--batch-size 8`. */
const inArguments =
  /(?<=^|[\s"'[,])(?:--|\+{1,2})?([A-Za-z][\w.-]*)=([^\s"',\]\\]+)|(?<=^|[\s"'[,])--([A-Za-z][\w.-]*)[\s"',]+([\w.]+)/g;

function insideOf(key: string, value: string): Setting[] {
  if (freeText.test(plainName(key))) return [];
  const pattern = /^[\s"]*\{/.test(value) ? inJson : /[\s=]/.test(value) ? inArguments : undefined;
  if (pattern === undefined) return [];
  return [...value.matchAll(pattern)].map((match) => {
    const [whole, first, , second] = match;
    const text = (first === undefined ? match[4] : match[2]) ?? '';
    const end = match.index + whole.length;
    return { name: plainName(first ?? second ?? ''), key, start: end - text.length, end, alone: false };
  });
}
