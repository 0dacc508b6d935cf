/** The embedded PostgreSQL cannot be started; the message says what it said. */
export class PostgresFailed extends Error {
  override readonly name = 'PostgresFailed'
  readonly code = 'postgres_failed'
}
