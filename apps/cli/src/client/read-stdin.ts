/** All of standard input. Read as a stream: a pipe whose writer is slow has nothing yet, which a plain read takes for a failure. */
export async function readStdin(): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of process.stdin) parts.push(Buffer.from(part))
  return Buffer.concat(parts)
}
