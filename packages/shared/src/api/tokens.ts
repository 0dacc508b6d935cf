import { z } from 'zod'
import { Capabilities } from './capability.ts'
import { PageQuery } from './page.ts'
import { Role } from './session.ts'

export const CreateToken = z.strictObject({
  name: z.string().min(1).max(64),
  role: Role,
  expiresInDays: z.int().min(1).max(365).default(90),
})
export type CreateToken = z.infer<typeof CreateToken>

/** An API token as it can be listed: what it may do and until when, never its secret. */
export const Token = z.strictObject({
  id: z.string(),
  name: z.string(),
  /** The most it may do; never more than its owner may. */
  role: Role,
  /** Who made it, and for whom it acts. */
  owner: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  /** To the minute. Absent: never. */
  lastUsedAt: z.iso.datetime().optional(),
  /** It is the token that this request was made with. */
  isCurrent: z.boolean(),
  /** `revoke`. */
  capabilities: Capabilities,
})
export type Token = z.infer<typeof Token>

/** `secret` is shown once, in the answer that made the token. Sent as `authorization: Bearer heddle_…`. */
export const NewToken = Token.extend({ secret: z.string() })
export type NewToken = z.infer<typeof NewToken>

/** `owner`: a username; everybody sees their own tokens, an admin everybody's. */
export const TokensQuery = PageQuery.extend({ owner: z.string().max(128).optional() })
