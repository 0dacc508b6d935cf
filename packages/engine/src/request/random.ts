/** A number in [0, 1). Passed in, because a decision must be repeatable in the simulation and in tests. */
export type Random = () => number
