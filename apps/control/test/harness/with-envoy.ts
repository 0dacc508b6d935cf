import { test } from 'vitest'
import { ensureEnvoy } from '../../../../tools/find-envoy.mjs'

const found = ensureEnvoy()

/** The Envoy that tests start: ENVOY_BIN, PATH's, or the one that pip brings. Undefined when none can be had. */
export const envoy = 'envoy' in found ? found.envoy : undefined

// Said once for each file, beside the count of what was skipped.
if ('missing' in found) console.warn(`SKIPPED: tests with a real Envoy: ${found.missing}`)

/** A test that needs a real Envoy. Without one it is reported as skipped, and the reason stands above. */
export const withEnvoy = test.skipIf(envoy === undefined)
