/** `echo` and `direct_response`: filters that answer a connection themselves. */
export type AnswerChain = {
  readonly kind: 'answer'
  /** They have none: nothing is counted. */
  readonly statPrefix: ''
  /** What is said to every client before the connection ends; undefined says whatever it said. */
  readonly text: string | undefined
}
