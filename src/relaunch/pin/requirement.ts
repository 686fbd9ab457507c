/** One line of requirements.txt: a name and a version specifier of PEP 508, without a URL or a marker. */
export interface Pin {
  /** Normalized, to compare names: https://peps.python.org/pep-0503/#normalized-names */
  readonly name: string;
  /** E.g. `[torch]`; empty without extras. */
  readonly extras: string;
  /** E.g. `torch>=2.6`, as it is written to the file. */
  readonly text: string;
}

const form =
  /^([A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?)\s{0,4}(\[[A-Za-z0-9,._ -]{1,100}\])?\s{0,4}([<>=~!].{0,200})$/;
/** https://peps.python.org/pep-0440/#public-version-identifiers */
const release = 'v?(?:\\d{1,6}!)?\\d{1,10}(?:\\.\\d{1,10}){0,8}';
const suffix =
  '(?:[._-]?(?:a|b|c|rc|alpha|beta|pre|preview)[._-]?\\d{0,6})?(?:[._-]?post\\d{0,6})?(?:[._-]?dev\\d{0,12})?(?:\\+[a-z0-9._-]{1,60})?';
const clauses: readonly RegExp[] = [
  new RegExp(`^(?:[<>]=?|==|!=)\\s{0,4}${release}${suffix}$`, 'i'),
  new RegExp(`^(?:==|!=)\\s{0,4}${release}\\.\\*$`, 'i'),
  new RegExp(`^~=\\s{0,4}v?\\d{1,10}(?:\\.\\d{1,10}){1,8}${suffix}$`, 'i'),
];

/** Reads what a person typed. The reason of a refusal is one line for the form. */
export function readPin(typed: string): Pin | { readonly wrong: string } {
  const [, name, extras = '', rest = ''] = form.exec(typed.trim()) ?? [];
  if (name === undefined) return { wrong: 'must be one package with a version, such as torch>=2.6' };
  const parts = rest.split(',').map((part) => part.trim());
  const odd = parts.find((part) => !clauses.some((clause) => clause.test(part)));
  if (odd !== undefined)
    return {
      wrong: `“${odd.slice(0, 40)}” is not a version such as ==2.6.0, >=2.6 or ~=2.6; separate several by commas`,
    };
  const specifier = parts.map((part) => part.replaceAll(/\s/g, '')).join(',');
  const wanted = extras.replaceAll(' ', '');
  return { name: normalized(name), extras: wanted, text: `${name}${wanted}${specifier}` };
}

/** https://peps.python.org/pep-0503/#normalized-names */
export function normalized(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]{1,20}/g, '-');
}
