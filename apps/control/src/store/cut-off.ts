/** Ends a connection without the farewell that `end` waits for: its queries fail now. */
export function cutOff(client: object | undefined): void {
  const { connection } = (client ?? {}) as { connection?: { stream?: { destroy(): void } } } // pg's own field
  connection?.stream?.destroy()
}
