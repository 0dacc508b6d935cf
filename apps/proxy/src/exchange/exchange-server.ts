/** Who serves an exchange. Filters see narrower types of an exchange, so that they cannot call it. */
export type ExchangeServer = {
  onEnd(): void
  resume(): void
}
