import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import type { HttpExchange } from '../exchange/http-exchange.ts'
import { compileJsonLine } from './compile-json-line.ts'
import type { LogTemplate } from './log-format.ts'
import { timestamp } from './timestamp.ts'

/** What the operators of these templates read of an exchange. */
function exchange(details: string, status = 200): HttpExchange {
  return { status, flags: '', details, requestBytes: 12, startedAt: 0 } as unknown as HttpExchange
}

function line(template: LogTemplate, details = 'via_upstream', status = 200): string {
  return compileJsonLine(template, 'log').http(exchange(details, status))
}

test('a template becomes one line of JSON, with the types of its operators', () => {
  const template = {
    code: '%RESPONSE_CODE%',
    text: 'code %RESPONSE_CODE%.',
    flags: '%RESPONSE_FLAGS%',
    none: '%CONNECTION_TERMINATION_DETAILS%',
    'a "name"': { list: ['%RESPONSE_CODE_DETAILS%', 1, true, null], empty: {}, nothing: [] },
  }
  assert.equal(
    line(template),
    '{"code":200,"text":"code 200.","flags":"-","none":null,"a \\"name\\"":{"list":["via_upstream",1,true,null],"empty":{},"nothing":[]}}\n',
  )
})

test('whatever a value holds, the line is one line of JSON and tells it', () => {
  const { http } = compileJsonLine(['%RESPONSE_CODE_DETAILS%'], 'log')
  // Every unit of UTF-16, halves of pairs too.
  const units = fc.array(fc.integer({ min: 0, max: 0xff_ff }), { maxLength: 12 })
  fc.assert(
    fc.property(units, (codes) => {
      const value = String.fromCharCode(...codes)
      const written = http(exchange(value))
      assert.equal(written.indexOf('\n'), written.length - 1)
      assert.deepEqual(JSON.parse(written), [value === '-' || value === '' ? null : value])
    }),
  )
})

test('timestamps are those of the library', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), (ms) => {
      assert.equal(timestamp(ms), new Date(ms).toISOString())
    }),
  )
})
