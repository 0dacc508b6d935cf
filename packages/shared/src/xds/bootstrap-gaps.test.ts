import { expect, test } from 'vitest'
import { bootstrapGaps } from './bootstrap-gaps.ts'

test.each([
  [{ telemetry: 'a', rateLimits: 'b' }, []],
  [{ telemetry: 'a', rateLimits: undefined }, []],
  [{ telemetry: undefined, rateLimits: 'b' }, ['no_telemetry']],
  [{ telemetry: undefined, rateLimits: undefined }, ['no_telemetry', 'no_mesh_limits']],
])('%j lacks %j', (names, codes) => {
  expect(bootstrapGaps(names).map(({ code }) => code)).toEqual(codes)
})
