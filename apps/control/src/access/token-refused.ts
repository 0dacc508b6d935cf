/** Why a token is not made or revoked. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused'
  readonly code: 'forbidden' | 'not_found' | 'too_many_tokens'

  constructor(code: TokenRefused['code'], message: string) {
    super(message)
    this.code = code
  }
}
