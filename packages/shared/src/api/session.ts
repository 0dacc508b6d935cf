import { z } from 'zod'
import { Capabilities } from './capability.ts'

/** Ordered: each role may do what those before it may. */
export const Role = z.enum(['viewer', 'editor', 'approver', 'admin'])
export type Role = z.infer<typeof Role>

export const SignIn = z.strictObject({
  username: z.string().min(1).max(128),
  password: z.string().min(1).max(256),
})
export type SignIn = z.infer<typeof SignIn>

export const User = z.strictObject({
  id: z.string(),
  username: z.string(),
  displayName: z.string(),
  role: Role,
})
export type User = z.infer<typeof User>

/** GET /api/v1/session. The CSRF token goes into the header `x-heddle-csrf` of every unsafe method. */
export const Session = z.strictObject({
  user: User,
  csrfToken: z.string(),
  expiresAt: z.iso.datetime(),
  idleExpiresAt: z.iso.datetime(),
  /** `propose`, `share-layout`, `comment`: what hangs on no single object. */
  capabilities: Capabilities,
})
export type Session = z.infer<typeof Session>
