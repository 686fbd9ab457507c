import { z } from 'zod';
import { distributionOf } from './distributions.ts';
import { type Statement, type Thrown, textOf } from './facts/facts.ts';

/** The package that a failed job needs in another version, or that it lacks. */
export const VersionDemand = z.object({
  /** As pip knows it, e.g. `flash-attn`. */
  package: z.string(),
  /** PEP 440, e.g. `>=2.6`; absent if nothing names the version. */
  specifier: z.string().optional(),
  /** The module that could not be imported, e.g. `flash_attn`. */
  module: z.string().optional(),
});
export type VersionDemand = z.infer<typeof VersionDemand>;

const name = '[`\'"“]?([A-Za-z][A-Za-z0-9._-]{0,60})[`\'"”]?';
const extras = '(?:\\[[\\w,. -]{0,60}\\])?';
const clause = '(?:[<>]=?|[=~!]=)\\s?v?\\d[\\w.*+]{0,30}';
const specifier = `(${clause}(?:\\s?,\\s?${clause}){0,4})`;
const version = 'v?(\\d[\\w.]{0,30})';
const orNewer = '(?:or|and) (?:higher|newer|later|above|greater|up)';

interface Pattern {
  readonly says: RegExp;
  /** The operator before a plain version. */
  readonly operator?: string;
  /** The package, if the message does not name it. */
  readonly package?: string;
  readonly specifier?: string;
}

/** Messages that name a version; the first group is the package, the second one the version. */
const versions: readonly Pattern[] = [
  // https://setuptools.pypa.io/en/latest/pkg_resources.html#exceptions
  { says: new RegExp(`Requirement\\.parse\\(${name}${extras}${specifier}`) },
  { says: new RegExp(`${name}${extras}\\s?${specifier}[\`'"]? (?:is|are) required`) },
  {
    says: new RegExp(
      `\\b(?:requires?|requiring|needs?) (?:the |an? )?${name}${extras}[\`'"]?\\s?(?:version\\s?)?${specifier}`,
    ),
  },
  { says: new RegExp(`pip3? install (?:(?:-U|--upgrade|-q) )?${name}${extras}\\s?${specifier}`) },
  {
    says: new RegExp(
      `(?:upgrade|update|downgrade|install|reinstall) (?:(?:the|your|to|a) ){0,2}${name}${extras}(?: (?:package|version))?\\s?${specifier}`,
      'i',
    ),
  },
  {
    says: new RegExp(
      `(?:upgrade|update|updating|upgrading) (?:(?:the|your) )?${name} (?:package )?to (?:at least )?(?:version )?${version}`,
      'i',
    ),
    operator: '>=',
  },
  {
    says: new RegExp(`downgrade (?:(?:the|your) )?${name} (?:package )?to (?:version )?${version}`, 'i'),
    operator: '<=',
  },
  {
    says: new RegExp(`${name} (?:package )?version to be (?:greater or equal than|at least) ${version}`),
    operator: '>=',
  },
  {
    says: new RegExp(
      `\\b(?:requires?|need|install) (?:the )?${name} (?:version )?(?:at least )?${version} ${orNewer}`,
      'i',
    ),
    operator: '>=',
  },
  { says: new RegExp(`${name} (?:version )?${version} ${orNewer} (?:is|are) required`, 'i'), operator: '>=' },
  { says: new RegExp(`requires? ${name} (?:version )?(?:of )?at least ${version}`, 'i'), operator: '>=' },
  // https://github.com/huggingface/transformers/blob/main/src/transformers/utils/__init__.py, check_min_version
  {
    says: new RegExp(`example requires a (minimum version of)(?: Transformers)? ${version}`),
    package: 'transformers',
    operator: '>=',
  },
  // https://pytorch.org/docs/stable/notes/serialization.html
  {
    says: /In PyTorch 2\.6, we changed the default value of the `weights_only`/,
    package: 'torch',
    specifier: '<2.6',
  },
];

/** Messages that only name the package. */
const packages: readonly Pattern[] = [
  { says: new RegExp(`No package metadata was found for (?:The )?${name}`) },
  { says: new RegExp(`The ${name}[^']{0,60}' distribution was not found`) },
  { says: new RegExp(`PackageNotFoundError: ${name}`) },
  { says: new RegExp(`No matching distribution found for ${name}`) },
  { says: new RegExp(`satisfies the requirement ${name}`) },
  { says: new RegExp(`(?:Failed building wheel for|Failed to build) ${name}`) },
  { says: new RegExp(`the package ${name} seems to be not installed`) },
  { says: new RegExp(`requires the ${name} (?:library|package)`) },
  { says: new RegExp(`pip3? install (?:(?:-U|--upgrade|-q) )?${name}(?![\\w/:])`) },
  {
    says: / from '([A-Za-z]\w{0,60})[\w.]{0,100}' \(\/[\w./+-]{1,60}(?:site|dist)-packages/,
  },
  {
    says: /(flash_attn|xformers|bitsandbytes|torchvision|torchaudio|apex|transformer_engine|deepspeed|vllm|mamba_ssm|causal_conv1d)[^\s:]{0,120}: undefined symbol/,
  },
  {
    says: /Transformers does not recognize|does not recognize this architecture|Tokenizer class \w{1,80} does not exist/,
    package: 'transformers',
  },
  {
    says: /numpy\.(?:dtype|ndarray) size changed|_ARRAY_API not found|compiled using NumPy 1/,
    package: 'numpy',
  },
  { says: /[Ww]eights[- _]only|WeightsUnpickler/, package: 'torch' },
];

/** Not packages of pip: another image has them. */
const ofTheImage =
  /^(?:python3?|cuda|cudnn|nccl|nvidia.{0,20}|driver|gcc|g\+\+|glibc|the|a|an|it|this|you|your|pip|-r|version|package|at|users?|git|-e|to)$/i;

/** The package and the version that this error asks for; undefined if it names no package. */
export function demandOf({ chain, lines }: Statement, thrown: Thrown): VersionDemand | undefined {
  const own = textOf(thrown);
  const all = [own, ...chain.map(textOf), ...lines].join('\n').slice(0, 20_000);
  return (
    inConflict(all) ??
    firstIn(versions, own) ??
    firstIn(versions, all) ??
    missingModule(own) ??
    firstIn(packages, all)
  );
}

function firstIn(patterns: readonly Pattern[], text: string): VersionDemand | undefined {
  for (const pattern of patterns) {
    for (const found of text.matchAll(new RegExp(pattern.says, `${pattern.says.flags}g`))) {
      const demand = demandBy(pattern, found);
      if (demand !== undefined) return demand;
    }
  }
  return undefined;
}

function demandBy(pattern: Pattern, [, named = '', said]: RegExpMatchArray): VersionDemand | undefined {
  const known = pattern.package ?? named.replace(/[._-]{1,5}$/, '');
  if (ofTheImage.test(known)) return undefined;
  const wanted = pattern.specifier ?? specifierOf(said, pattern.operator);
  return { package: distributionOf(known) ?? known, ...(wanted !== undefined && { specifier: wanted }) };
}

/** `>= v4.46.` → `>=4.46`; `3.20.x` with `<=` → `==3.20.*`. */
function specifierOf(said: string | undefined, operator: string | undefined): string | undefined {
  const clean = said
    ?.replaceAll(/\s/g, '')
    .replace(/[.,]{1,3}$/, '')
    .replaceAll(/([<>=~!])v/g, '$1');
  if (clean === undefined || operator === undefined) return clean;
  const series = /^(.{1,30})\.x$/.exec(clean)?.[1];
  if (series === undefined) return `${operator}${clean}`;
  return operator === '<=' ? `==${series}.*` : `${operator}${series}`;
}

/** A module that is no well-known package may be a file of the user, so it is not a demand. */
function missingModule(text: string): VersionDemand | undefined {
  const module = /No module named ['"]?([A-Za-z_]\w{0,60})/.exec(text)?.[1];
  const known = module === undefined ? undefined : distributionOf(module);
  return module === undefined || known === undefined ? undefined : { package: known, module };
}

/**
 * pip lists what the user requested and what the other packages depend on. The request gives way if exactly one of them
 * is about the same package. https://pip.pypa.io/en/stable/topics/dependency-resolution/
 */
function inConflict(text: string): VersionDemand | undefined {
  if (!text.includes('The conflict is caused by')) return undefined;
  const requested = [...text.matchAll(/The user requested ([A-Za-z][\w.-]{0,60})/g)].map(
    ([, one = '']) => one,
  );
  const depends = [
    ...text.matchAll(
      new RegExp(`depends on ([A-Za-z][\\w.-]{0,60})${extras}\\s?(?:\\(?${specifier}\\)?)`, 'g'),
    ),
  ].filter(([, one = '']) => requested.includes(one));
  const wanted = new Set(depends.map(([, one, by]) => `${one} ${by}`));
  const [, found = requested[0], by] = depends[0] ?? [];
  if (found === undefined) return undefined;
  const specified = wanted.size === 1 ? specifierOf(by, undefined) : undefined;
  return { package: found, ...(specified !== undefined && { specifier: specified }) };
}
