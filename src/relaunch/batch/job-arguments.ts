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
  /** True if `key` is a file or another text that a relaunch does not change. */
  readonly outside?: boolean;
}

/** Further arguments of the job: a file that it reads, or the arguments of its container. */
export interface OutsideText {
  readonly name: string;
  readonly text: string;
  readonly settings: readonly Setting[];
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
  readonly outside: readonly OutsideText[];
  readonly #all: readonly Setting[];

  constructor(hyperParameters: HyperParameters, outside: readonly OutsideText[] = []) {
    this.hyperParameters = hyperParameters;
    this.outside = outside;
    this.#all = [
      ...Object.entries(hyperParameters).flatMap(([key, value]) => [
        aloneIn(key, value),
        ...insideOf(key, value),
      ]),
      ...outside.flatMap(({ settings }) => settings),
    ];
  }

  get all(): readonly Setting[] {
    return this.#all;
  }

  /** A hyperparameter of this name, or else the only argument of this name inside one or outside. */
  find(name: string): Setting | undefined {
    const named = this.#all.filter((one) => one.name === name);
    const own = named.find((one) => one.alone && one.outside !== true);
    return own ?? (named.length === 1 ? named[0] : undefined);
  }

  has(...names: readonly string[]): boolean {
    return names.some((name) => this.find(name) !== undefined);
  }

  text(setting: Setting): string {
    return this.#textOf(setting).slice(setting.start, setting.end);
  }

  /** The line of a setting in its file, from 1. */
  line(setting: Setting): number {
    return this.#textOf(setting).slice(0, setting.start).split('\n').length;
  }

  #textOf({ key, outside }: Setting): string {
    const text = outside === true ? this.outside.find(({ name }) => name === key)?.text : undefined;
    return text ?? this.hyperParameters[key] ?? '';
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
const inJson = /\\{0,9}"([\w.-]{1,100})\\{0,9}"\s{0,9}:\s{0,9}(?:\\{0,9}")?([\w.+-]{1,300})/g;

/** `data.batch_size=8` of Hydra, or `--batch-size 8`. */
const inArguments =
  /(?<=^|[\s"'[,])(?:--|\+{1,2})?([A-Za-z][\w.-]*)=([^\s"',\]\\]+)|(?<=^|[\s"'[,])--([A-Za-z][\w.-]*)[\s"',]+([\w.]+)/g;

function insideOf(key: string, value: string): Setting[] {
  if (freeText.test(plainName(key))) return [];
  if (/^[\s"]*\{/.test(value)) return matchesIn(key, value, inJson);
  return /[\s=]/.test(value) ? argumentsIn(key, value) : [];
}

/** The arguments in a text such as `--micro-batch-size 4 data.batch_size=8`. */
export function argumentsIn(key: string, value: string): Setting[] {
  return matchesIn(key, value, inArguments);
}

function matchesIn(key: string, value: string, pattern: RegExp): Setting[] {
  return [...value.matchAll(pattern)].map((match) => {
    const [whole, first, , second] = match;
    const text = (first === undefined ? match[4] : match[2]) ?? '';
    const end = match.index + whole.length;
    return { name: plainName(first ?? second ?? ''), key, start: end - text.length, end, alone: false };
  });
}
