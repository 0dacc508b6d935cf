/**
 * What configurations and requests are made of. The lists are short, so that a request often meets what a route names, and
 * often misses it by one letter.
 */
export const headerNames = ['x-a', 'x-b', 'X-Mixed', 'x-n', 'user-agent', 'accept', 'cookie'] as const
export const headerValues = ['one', 'two', 'ONE', 'one,two', 'two,one', '', '42', '-1', '7', 'one two', 'tone'] as const
export const texts = ['one', 'two', 'ONE', 'o', 'ne', 'one,two', '42'] as const
export const regexes = [
  'one',
  'o.*',
  '[a-z]+',
  '(one|two)',
  '.*',
  '^one$',
  '(?i)one',
  '\\d+',
  'one|two',
  '.+',
  '-?\\d+',
] as const
export const queryNames = ['q', 'x', 'Q', 'a%20b'] as const
export const paths = [
  '/',
  '/a',
  '/a/',
  '/ab',
  '/a/b',
  '/A',
  '/a/b/c',
  '/a.b',
  '/b',
  '/a%20b',
  '/a;v=1',
  '/a:b',
  '/a@b/',
] as const
export const prefixes = ['/', '/a', '/a/', '/ab', '/A', '/a/b', '/b', '/a%20', ''] as const
export const separatedPrefixes = ['/a', '/ab', '/a/b', '/A', '/b'] as const
export const pathRegexes = [
  '/a',
  '/a.*',
  '/[ab]+',
  '/.*',
  '.*',
  '/(a|b)/?',
  '/a/[^/]+',
  '(?i)/A.*',
  '/a(/.*)?',
] as const
export const domains = [
  ['test'],
  ['api.test'],
  ['*.test'],
  ['test.*'],
  ['*.api.test'],
  ['*-x.test'],
  ['api.*'],
  ['other.test:8080'],
  ['Upper.Test'],
  ['*'],
] as const
export const hosts = [
  'test',
  'test',
  'test',
  'api.test',
  'TEST',
  'www.api.test',
  'other.test',
  'a-x.test',
  'test.org',
  'upper.test',
  'Upper.Test',
  '.test',
  'nobody',
] as const
/** Only where a port makes no difference to domains without one: ours never lets it (`conformance/scenarios/routing-match.yaml`). */
export const hostsWithPort = ['other.test:8080', 'test:80', 'test:443', 'api.test:8080', 'a-x.test:99'] as const
