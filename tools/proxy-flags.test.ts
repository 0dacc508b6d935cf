import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { proxyEnvironment, proxyFlags } from './proxy-flags.ts'

test('the command that npm links runs Node as everything else that starts a sidecar does', () => {
  const command = readFileSync(path.join(import.meta.dirname, '../apps/proxy/bin/heddle-proxy.mjs'), 'utf8')
  const environment = Object.entries(proxyEnvironment).map(([name, value]) => `${name}=${value}`)

  expect(command.split('\n')[0]).toBe(['#!/usr/bin/env -S', ...environment, 'node', ...proxyFlags].join(' '))
})

test('the command gives the same to workers', () => {
  const command = readFileSync(path.join(import.meta.dirname, '../apps/proxy/bin/heddle-proxy.mjs'), 'utf8')

  const given = /const flags = \[(.*)\]/.exec(command)?.[1]
  const set = [...command.matchAll(/process\.env\.(\w+) \?\?= '(\d+)'/g)].map(([, name, value]) => [name, value])

  expect(given?.split(', ')).toEqual(proxyFlags.map((flag) => `'${flag}'`))
  expect(set).toEqual(Object.entries(proxyEnvironment))
})
