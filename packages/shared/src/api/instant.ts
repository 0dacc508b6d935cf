import { z } from 'zod'

/** ISO 8601 or relative: "now", "now-15m". */
export const Instant = z.string().max(40)
