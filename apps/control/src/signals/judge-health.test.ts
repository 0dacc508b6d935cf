import { expect, test } from 'vitest'
import { judgeHealth } from './judge-health.ts'

const signals = { requestsPerSecond: 1, requests: 100, errorShare: 0, deniedShare: 0, injectedShare: 0, p95Ms: 40 }

test.each([
  ['no requests', { requests: 0 }, undefined, 'idle'],
  ['few requests', { requests: 5 }, undefined, 'low'],
  ['few requests of which one fails', { requests: 5, errorShare: 0.2 }, undefined, 'low'],
  ['few requests that all fail', { requests: 5, errorShare: 1 }, undefined, 'fail'],
  ['no errors', {}, undefined, 'ok'],
  ['one failed request', { errorShare: 0.01 }, undefined, 'ok'],
  ['two failed requests of two hundred', { requests: 200, errorShare: 0.01 }, undefined, 'warn'],
  ['one error in twenty', { errorShare: 0.05 }, undefined, 'fail'],
  ['all denied, which is no failure', { deniedShare: 1 }, undefined, 'warn'],
  ['one denied request', { requests: 20, deniedShare: 0.05 }, undefined, 'ok'],
  ['few denied requests', { requests: 200, deniedShare: 0.04 }, undefined, 'ok'],
  ['as slow as before', {}, 35, 'ok'],
  ['more than twice as slow', {}, 15, 'warn'],
  ['more than four times as slow', {}, 9, 'fail'],
  ['slower by a few milliseconds only', { p95Ms: 9 }, 1, 'ok'],
])('%s', (_name, given, baseline, expected) => {
  expect(judgeHealth({ ...signals, ...given }, baseline)).toBe(expected)
})
