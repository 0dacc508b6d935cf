/** As long as a DNS name may be. Five of them are the key of a row, and PostgreSQL indexes none above 2,704 bytes. */
const name = /^[ -~]{1,253}$/

/** The first that there is; "unknown" where it can be no name: one of them would keep a whole minute from being written. */
export function readName(...texts: readonly (string | undefined)[]): string {
  const text = texts.find((each) => each !== undefined)
  return text !== undefined && name.test(text) ? text : 'unknown'
}
