import type { HttpCode } from './status-by-code.ts'

/** A request that is answered with a problem document. */
export class HttpRefusal extends Error {
  override readonly name = 'HttpRefusal'
  readonly code: HttpCode
  readonly hint: string | undefined
  readonly path: string | undefined

  constructor(code: HttpCode, message: string, options: { hint?: string; path?: string } = {}) {
    super(message)
    this.code = code
    this.hint = options.hint
    this.path = options.path
  }
}
