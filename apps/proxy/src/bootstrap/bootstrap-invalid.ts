/** A bootstrap file that cannot be used. The message names the file, the place in it and the reason, on one line. */
export class BootstrapInvalid extends Error {
  override readonly name = 'BootstrapInvalid'
  readonly code = 'bootstrap_invalid'

  constructor(file: string, reason: string, options?: ErrorOptions) {
    // A name that stands in the reason may have lines of its own.
    super(`${file}: ${reason.replaceAll(/\s*\n\s*/g, ' ')}`, options)
  }
}
