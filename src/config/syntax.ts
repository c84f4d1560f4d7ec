import type { ErrorCode } from 'yaml';

/** What each fault of the YAML itself is called. The parser's own sentences quote the text, which may be secret. */
export const SYNTAX: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'an alias (*name) cannot have an anchor or a tag',
  BAD_ALIAS: 'this alias has no anchor before it; quote the value if it begins with *',
  BAD_COLLECTION_TYPE: 'the tag does not fit what follows it',
  BAD_DIRECTIVE: 'this directive (%) is not known; quote the value if it begins with %',
  BAD_DQ_ESCAPE: 'this escape (\\) is not known inside double quotes; use single quotes to mean it literally',
  BAD_INDENT: 'the indentation does not fit the lines around it',
  BAD_PROP_ORDER: 'anchors and tags come before the value',
  BAD_SCALAR_START: 'a value cannot begin with this character; put it in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'two keys on one line; put the second on a line of its own, or the value in quotes',
  BLOCK_IN_FLOW: 'inside [ ] or { } only that form is allowed; close the bracket first',
  DUPLICATE_KEY: 'this key occurs twice',
  IMPOSSIBLE: 'this is not YAML',
  KEY_OVER_1024_CHARS: 'a key is longer than 1024 characters',
  MISSING_CHAR: 'a closing quote, bracket, comma or colon is missing here',
  MULTILINE_IMPLICIT_KEY: 'a key ends with a colon on its own line; one is missing here',
  MULTIPLE_ANCHORS: 'a value has one anchor at most',
  MULTIPLE_DOCS: 'the file holds more than one document; remove the ---',
  MULTIPLE_TAGS: 'a value has one tag at most',
  NON_STRING_KEY: 'a key must be text',
  RESOURCE_EXHAUSTION: 'the file is nested too deep',
  TAB_AS_INDENT: 'a tab cannot indent in YAML; use spaces',
  TAG_RESOLVE_FAILED: 'this tag is not known; quote the value if it begins with !',
  UNEXPECTED_TOKEN: 'this does not belong here',
};
