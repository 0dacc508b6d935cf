/** What is wrong with an object, and how that is told. */
export type Bad = readonly [what: string, object: unknown, code: string, path: string, words: RegExp]
