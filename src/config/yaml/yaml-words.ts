import type { YAMLError } from 'yaml';

/** Messages by error code: https://eemeli.org/yaml/#errors. The parser's own messages are about its grammar. */
export const yamlWords: Partial<Record<YAMLError['code'], string>> = {
  ALIAS_PROPS: 'an alias (*name) cannot have an anchor or a tag of its own; remove them',
  BAD_ALIAS: 'uses an alias (*name) without an anchor (&name); quote the text if it just begins with *',
  BAD_COLLECTION_TYPE: 'has a tag that does not fit the value; remove the tag (!…)',
  BAD_DIRECTIVE: 'has an unknown directive (%…); remove the line, or quote the text',
  BAD_DQ_ESCAPE: 'has an unknown escape in double quotes; write \\\\ for a backslash, or use single quotes',
  BAD_INDENT:
    'is indented differently from its neighbors, or follows an unclosed bracket or quote; close it, and align keys of the same level',
  BAD_PROP_ORDER: 'has an anchor or a tag in the wrong place; remove it',
  BAD_SCALAR_START: 'begins with a character that is reserved in YAML; put the value in quotes',
  BLOCK_AS_IMPLICIT_KEY:
    'has more than one `key: value` on a line; put each on its own line, or quote the text',
  BLOCK_IN_FLOW: 'mixes indented lines with { } or [ ]; use one or the other',
  DUPLICATE_KEY: 'repeats a key; keep one of the two',
  KEY_OVER_1024_CHARS: 'has a key that is longer than 1024 characters; is a quote or a colon missing?',
  MISSING_CHAR: 'has a missing character: a quote, bracket, comma or colon; add it',
  MULTILINE_IMPLICIT_KEY: 'has a key that spans several lines; is a colon, quote or bracket missing above?',
  MULTIPLE_ANCHORS: 'has two anchors (&name) on one value; keep one',
  MULTIPLE_DOCS: 'begins a second document (---); keep one document per file',
  MULTIPLE_TAGS: 'has two tags on one value; keep one',
  NON_STRING_KEY: 'has a key that is not text; put it in quotes',
  TAB_AS_INDENT: 'is indented with a tab; use spaces',
  TAG_RESOLVE_FAILED: 'has an unknown tag (!…); remove it, or quote the text',
  UNEXPECTED_TOKEN: 'has an unexpected character; is there a missing or an extra quote, colon or bracket?',
};

export function yamlMessage({ code, message }: YAMLError): string {
  const text = yamlWords[code] ?? message.split('\n')[0] ?? '';
  return `is not YAML: it ${text}`;
}
