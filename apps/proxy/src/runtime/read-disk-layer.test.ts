import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readDiskLayer } from './read-disk-layer.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'heddle-runtime-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function put(name: string, text: string): string {
  const file = path.join(folder, name)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, text)
  return file
}

test('a file is a value under its path, without its comments and the space behind it', () => {
  put('fault/http/abort/abort_percent', '# turned off while we look\n0\n\n')
  put('share', 'numerator: 5\n# of a million\ndenominator: MILLION\n')
  put('empty', '')
  symlinkSync(put('elsewhere', 'true'), path.join(folder, 'link'))

  const values = readDiskLayer(folder)

  expect(Object.fromEntries([...(values ?? [])].map(([key, { text }]) => [key, text]))).toEqual({
    'fault.http.abort.abort_percent': '0',
    share: 'numerator: 5\ndenominator: MILLION',
    empty: '',
    elsewhere: 'true',
    link: 'true',
  })
  expect(values?.get('share')?.share).toBe(0.000005)
})

test('a folder that is not there is no layer', () => {
  expect(readDiskLayer(path.join(folder, 'nowhere'))).toBeUndefined()
  expect(readDiskLayer(put('file', '1'))).toBeUndefined()
})

test.each<[string, () => void, string]>([
  ['a pipe', () => execFileSync('mkfifo', [path.join(folder, 'pipe')]), 'pipe: is no file'],
  ['a device', () => symlinkSync('/dev/zero', path.join(folder, 'zeros')), 'zeros: is no file'],
  ['a link to nothing', () => symlinkSync('/nowhere', path.join(folder, 'gone')), 'no such file'],
  ['a link into itself', () => symlinkSync(folder, path.join(folder, 'round')), 'is nested more than 16 deep'],
  ['a file without end', () => truncateSync(put('large', ''), 70_000), 'large: is larger than 65536 bytes'],
  ['a number that is none', () => void put('upstream/use_retry', 'never'), 'use_retry: "never" is no number'],
  ['a key that moves nothing', () => void put('envoy/reloadable_features/some', 'true'), 'some: not supported yet'],
])('%s is refused, and with it the layer', (_what, make, reason) => {
  make()

  expect(() => readDiskLayer(folder)).toThrow(reason)
})

test('ten thousand files and folders are the most', () => {
  for (let index = 0; index <= 10_000; index++) put(`key-${index}`, '1')

  expect(() => readDiskLayer(folder)).toThrow('there are more than 10000 files and folders')
})
