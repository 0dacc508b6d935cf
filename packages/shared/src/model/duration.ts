import { z } from 'zod'
import { withCode } from './issue-code.ts'
import { parseDuration } from './parse-duration.ts'

/** Gateway API duration (GEP-2257): up to four whole numbers with h, m, s or ms: "10s", "1m30s", "500ms". */
export const GatewayDuration = withCode(
  'HED-109',
  z.string().regex(/^([0-9]{1,5}(h|m|s|ms)){1,4}$/, { error: 'a duration such as "500ms", "10s" or "1m30s"' }),
)

/** Duration as Istio reads it, from "1ms" to "24h"; decimals are allowed: "1.5s". */
export const GoDuration = z
  .string()
  .max(32)
  .superRefine((text, context) => {
    const ms = parseDuration(text)
    if (ms === undefined) {
      context.addIssue({
        code: 'custom',
        message: 'not a duration such as "500ms", "1.5s" or "1m30s"',
        params: { code: 'HED-109', fix: 'Write a number with its unit: h, m, s or ms.' },
      })
    } else if (ms < 1) {
      context.addIssue({
        code: 'custom',
        message: 'shorter than one millisecond',
        params: { code: 'HED-109', fix: 'Write at least "1ms".' },
      })
    } else if (ms > 24 * 3_600_000) {
      context.addIssue({
        code: 'custom',
        message: 'longer than 24 hours',
        params: { code: 'HED-109', fix: 'Write at most "24h".' },
      })
    }
  })
