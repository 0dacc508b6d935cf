/** One change of the good configuration, and the finding that it must bring. */
export type Mutation = readonly [what: string, from: string | RegExp, to: string, code: string, path: string]
