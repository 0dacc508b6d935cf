import type { FastifyInstance } from 'fastify'
import type { ChangeContext } from '../changes/submit-change.ts'
import type { ProxyRegistry } from '../proxies/proxy-registry.ts'
import type { AccessRules } from './authenticate.ts'

/** What routes need. */
export type HttpContext = ChangeContext & { readonly access: AccessRules; readonly proxies: ProxyRegistry }

/** Adds the routes of one noun. */
export type Routes = (app: FastifyInstance, context: HttpContext) => void
