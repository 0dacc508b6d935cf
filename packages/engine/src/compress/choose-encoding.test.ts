import assert from 'node:assert/strict'
import { create } from '@bufbuild/protobuf'
import { anyPack } from '@bufbuild/protobuf/wkt'
import { BrotliSchema } from '@heddle/shared/xds/generated/envoy/extensions/compression/brotli/compressor/v3/brotli_pb'
import { GzipSchema } from '@heddle/shared/xds/generated/envoy/extensions/compression/gzip/compressor/v3/gzip_pb'
import { CompressorSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/compressor/v3/compressor_pb'
import { test } from 'vitest'
import { chooseEncoding } from './choose-encoding.ts'
import { compileCompressor } from './compile-compressor.ts'

const libraries = { gzip: anyPack(GzipSchema, create(GzipSchema)), br: anyPack(BrotliSchema, create(BrotliSchema)) }

function compressor(coding: keyof typeof libraries, chooseFirst = false, contentType: string[] = []) {
  const compressorLibrary = { name: coding, typedConfig: libraries[coding] }
  const responseDirectionConfig = { commonConfig: { contentType } }
  return compileCompressor(create(CompressorSchema, { compressorLibrary, chooseFirst, responseDirectionConfig }), 'x')
}

test.each([
  ['gzip', 'gzip', 'compressor'],
  ['gzip;q=0.5, br;q=0.4', 'gzip', 'compressor'],
  ['gzip, br', 'gzip', 'compressor'],
  ['br;q=0, *', 'gzip', 'wildcard'],
  ['gzip;q=0, br;q=0, *', 'identity', 'not-valid'],
  ['identity, gzip;q=0.9', 'identity', 'identity'],
  ['deflate', 'identity', 'not-valid'],
  ['gzip;q=much', 'identity', 'not-valid'],
  [',,', 'identity', 'not-valid'],
  ['gzip;level=9', 'gzip', 'compressor'],
] as const)('"%s" asks for %s', (accept, coding, reason) => {
  const choice = chooseEncoding(accept, [compressor('gzip'), compressor('br')], 'text/plain')

  assert.deepEqual(choice, { coding, reason })
})

test('a compressor that wants to be first wins among codings that are liked as much', () => {
  const choice = chooseEncoding('gzip, br', [compressor('gzip'), compressor('br', true)], 'text/plain')

  assert.equal(choice.coding, 'br')
})

test('a compressor for other types does not stand in the way of the next one', () => {
  const choice = chooseEncoding('gzip, br;q=0.1', [compressor('gzip', false, ['a/b']), compressor('br')], 'text/plain')

  assert.equal(choice.coding, 'br')
})
