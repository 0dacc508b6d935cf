import { expect, test } from 'vitest'
import { compileUriRewrite, compileUriTemplate } from './uri-template.ts'

const compiled = (template: string) => compileUriTemplate(template, 'path_template')

test.each([
  [
    '/a/{x=*}/b/{y=**}',
    ['/a/1/b/2', '/a/1/b/2/3', '/a/1/b/', '/a/1*2/b/x'],
    ['/a//b/2', '/a/1/b', '/A/1/b/2', '/a/1/2/b/x'],
  ],
  ['/b/*/c', ['/b/~/c', '/b/a:b@c=d/c'], ['/b//c', '/b/x/y/c', '/b/x/c/']],
  ['/e/{v=foo/*}/z', ['/e/foo/x/z'], ['/e/foo//z', '/e/bar/x/z']],
  ['/g/*.json', ['/g/x.json'], ['/g/.json', '/g/xjson', '/g/x/y.json']],
  ['/', ['/'], ['/x']],
])('%s takes whole paths of its shape', (template, taken, left) => {
  const { regex } = compiled(template)

  expect(taken.filter((each) => !regex.matchesWhole(each))).toEqual([])
  expect(left.filter((each) => regex.matchesWhole(each))).toEqual([])
})

test('a rewrite puts what the variables have taken in other places', () => {
  const match = compiled('/d/{one}/{two}/{three=**}')

  const substitution = compileUriRewrite('/{three}/x-{two}/{one}', match, 'rewrite')

  expect(match.regex.replaceAll('/d/1/2/3/4', substitution)).toBe('/3/4/x-2/1')
})

test.each([
  ['a/b', 'must begin with "/"'],
  ['/a//b', 'has an empty segment'],
  ['/**/*', 'has an operator behind "**"'],
  ['/**.m3u8/x', 'goes on behind text that follows "**"'],
  ['/a/{x}/{x}', 'has the variable "x" twice'],
  ['/{a}{b}', 'more than one part that varies'],
  ['/a/{1x}', 'is no name of a variable'],
  ['/a/{x=}', 'gives the variable "x" no pattern'],
  ['/{a}/{b}/{c}/{d}/{e}/{f}', 'has more than 5 variables'],
  ['/a b', 'may not stand in a path'],
  ['/a/{b', 'varies'],
])('%s is refused', (template, reason) => {
  expect(() => compiled(template)).toThrow(reason)
})

test.each([
  ['/{z}', 'names the variable "z"'],
  ['x/{x}', 'must begin with "/"'],
  ['/q?{x}', 'is no template of a path'],
])('a rewrite to %s is refused', (template, reason) => {
  expect(() => compileUriRewrite(template, compiled('/a/{x}'), 'rewrite')).toThrow(reason)
})
