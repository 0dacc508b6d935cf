import { create } from '@bufbuild/protobuf'
import { DataSourceSchema } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import { expect, test } from 'vitest'
import { compileBasicUsers } from './basic-auth.ts'

const hash = 'nU4eI71bcnBGqeO0t9tXvY1u5oQ='

test('names and hashes are read line by line, and comments left out', () => {
  const text = `# who may\none:{SHA}${hash}\n\ntwo:{SHA}${hash}\n`

  expect([...compileBasicUsers(inline(text), 'users')]).toEqual([
    ['one', hash],
    ['two', hash],
  ])
})

test.each([
  ['no password', 'one', 'line 1 is no name and password'],
  ['no name', `:{SHA}${hash}`, 'line 1 has no name'],
  ['another hash', 'one:$apr1$x', 'line 1 is not hashed as {SHA}'],
  ['half a hash', 'one:{SHA}abc', 'line 1 has no whole SHA-1'],
  ['line ends of two characters', `one:{SHA}${hash}\r\n`, 'line 1 has no whole SHA-1'],
  ['a user twice', `one:{SHA}${hash}\none:{SHA}${hash}`, 'line 2 names a user twice'],
])('%s is refused by its line, and no password is told', (_, text, reason) => {
  expect(() => compileBasicUsers(inline(text), 'users')).toThrow(reason)
  expect(() => compileBasicUsers(inline(text), 'users')).not.toThrow(hash)
})

test('a file is refused: passwords come with the configuration', () => {
  const source = create(DataSourceSchema, { specifier: { case: 'filename', value: '/etc/passwd' } })

  expect(() => compileBasicUsers(source, 'users')).toThrow('users')
})

function inline(value: string) {
  return create(DataSourceSchema, { specifier: { case: 'inlineString', value } })
}
