import { expect, test } from 'vitest'
import { findHead } from './find-head.ts'
import { findResponseHead } from './find-response-head.ts'
import { headRefusals } from './head-refusals.ts'

const begun = (text: string) => findHead(Buffer.from(text, 'latin1'), 0, 60_000)
const beginsAnswer = (text: string) => findResponseHead(Buffer.from(text, 'latin1'), 60_000)

test.each([
  ['SMTP', 'EHLO client.test\r\n', headRefusals.requestLine],
  ['SSH', 'SSH-2.0-OpenSSH_9.2\r\n', headRefusals.requestLine],
  ['Redis', '*1\r\n$4\r\nPING\r\n', headRefusals.requestLine],
  ['IMAP', 'a1 LOGIN me secret\r\n', headRefusals.requestLine],
  ['RTSP', 'OPTIONS * RTSP/1.0\r\n', headRefusals.requestLine],
  ['HTTP/0.9', 'GET /\r\n', headRefusals.requestLine],
  ['HTTP/2 where it is not spoken', 'PRI * HTTP/2.0\r\n', headRefusals.version],
  ['AMQP', 'AMQP\0\0\t\x01', headRefusals.requestLine],
  ['TLS', '\x16\x03\x01', headRefusals.method],
])('the first words of %s are refused as they come', (_protocol, text, refusal) => {
  expect(begun(text)).toBe(refusal)
})

test('a head that is cut anywhere is waited for', () => {
  const head = 'OPTIONS * HTTP/1.1\r\nhost: test\r\nx: \xe9\r\n\r\n'

  for (let length = 0; length < head.length; length++) expect(begun(head.slice(0, length))).toBe('')
  expect(begun(head)).toBe(head.slice(0, -2))
})

test('a long first line is judged when the head is whole', () => {
  const target = `/${'a'.repeat(600)}`

  expect(begun(`GET ${target}\r\n`)).toBe('')
  expect(begun(`GET ${target}\0`)).toBe('')
  expect(begun(`GET /\0${target}`)).toBe(headRefusals.requestLine)
})

test.each([
  ['SMTP', '220 mail.test ESMTP\r\n'],
  ['SSH', 'SSH-2.0-OpenSSH_9.2\r\n'],
  ['Redis', '-ERR unknown command\r\n'],
  ['MariaDB', 'J\0\0\0\n11.4.2-MariaDB\0'],
  ['something else, with its first byte', 'X'],
  ['HTTP/2', '\0\0\x12\x04\0\0\0\0\0'],
  ['a status that is no number', 'HTTP/1.1 OK\r\n'],
])('the first words of %s from a server are refused as they come', (_protocol, text) => {
  expect(beginsAnswer(text)).toMatchObject({ status: expect.any(Number) })
})

test('the head of an answer that is cut anywhere is waited for', () => {
  const head = 'HTTP/1.1 200\r\nserver: caf\xe9\r\n\r\n'

  for (let length = 0; length < head.length; length++) expect(beginsAnswer(head.slice(0, length))).toBe('')
  expect(beginsAnswer(head)).toBe(head.slice(0, -2))
})
