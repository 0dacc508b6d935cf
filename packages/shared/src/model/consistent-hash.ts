import { z } from 'zod'
import { fields } from './field-support.ts'
import { HeaderName } from './header-name.ts'
import { parseDuration } from './parse-duration.ts'

/** RFC 6265, section 4.1.1: a token, which a field name is too. */
const CookieName = HeaderName

const CookieTtl = z
  .string()
  .max(32)
  .superRefine((text, context) => {
    const ms = parseDuration(text)
    if (ms !== undefined && ms >= 0 && ms % 1000 === 0) return
    context.addIssue({
      code: 'custom',
      message: 'not a number of whole seconds such as "0s" or "1h"',
      params: { code: 'HED-109', fix: 'Write whole seconds; "0s" is for the browser\'s session.' },
    })
  })

/** Primes only: Maglev's permutations need one. */
const TableSize = z
  .int()
  .min(2)
  .max(1_000_003)
  .superRefine((size, context) => {
    for (let by = 2; by * by <= size; by++) {
      if (size % by !== 0) continue
      context.addIssue({
        code: 'custom',
        message: `${size} is no prime number: ${by} divides it`,
        params: { code: 'HED-105', fix: 'Take a prime number, such as 65537.' },
      })
      return
    }
  })

const HttpCookie = fields(
  {
    name: CookieName.meta({ title: 'Name' }),
    path: z
      .string()
      .min(1)
      .max(256)
      .regex(/^\/[\x21-\x3a\x3c-\x7e]*$/, { error: 'a path such as "/"' })
      .optional()
      .meta({
        title: 'Path',
        description: 'Where the client sends it back to.',
      }),
    ttl: CookieTtl.meta({
      title: 'Lifetime',
      description: 'A client without the cookie gets one that lives so long; 0s for its session.',
      examples: ['0s', '1h'],
    }),
  },
  ['attributes'],
).meta({ title: 'Cookie' })

const sources = ['httpHeaderName', 'httpCookie', 'useSourceIp', 'httpQueryParameterName'] as const

/** `LoadBalancerSettings.ConsistentHashLB` of Istio. */
export const ConsistentHash = fields(
  {
    httpHeaderName: HeaderName.optional().meta({
      title: 'Header',
      description: 'Requests with the same value meet the same instance.',
      examples: ['x-user'],
    }),
    httpCookie: HttpCookie.optional(),
    useSourceIp: z.literal(true).optional().meta({
      title: 'Source address',
      description: 'Requests from the same address meet the same instance.',
    }),
    httpQueryParameterName: z.string().min(1).max(256).optional().meta({
      title: 'Query parameter',
      description: 'Requests with the same value meet the same instance.',
    }),
    ringHash: fields({
      minimumRingSize: z.int().min(1).max(1_000_000).optional().meta({
        title: 'Smallest ring',
        description: 'A larger ring spreads more evenly. Default: 1024.',
      }),
    })
      .optional()
      .meta({ title: 'Ring', description: 'The default way of hashing.' }),
    maglev: fields({
      tableSize: TableSize.optional().meta({
        title: 'Table size',
        description: 'A larger table spreads more evenly. Default: 65537.',
      }),
    })
      .optional()
      .meta({
        title: 'Maglev',
        description: 'A table instead of a ring: spreads more evenly, and moves slightly more.',
      }),
  },
  ['minimumRingSize'],
)
  .superRefine((hash, context) => {
    const refuse = (message: string, fix: string) =>
      context.addIssue({ code: 'custom', message, params: { code: 'HED-111', fix } })
    if (sources.filter((source) => hash[source] !== undefined).length !== 1) {
      refuse(`needs one of ${sources.join(', ')}, and only one`, 'Write for example "httpHeaderName: x-user".')
    }
    if (hash.ringHash !== undefined && hash.maglev !== undefined) {
      refuse('ringHash and maglev exclude each other', 'Keep one of them.')
    }
  })
  .meta({
    title: 'Consistent hash',
    description: 'Requests that have something in common meet the same instance, as long as it is there.',
  })
export type ConsistentHash = z.infer<typeof ConsistentHash>
