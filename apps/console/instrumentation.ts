/** Next.js calls it once, before it serves: https://nextjs.org/docs/app/api-reference/file-conventions/instrumentation */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { noteClients } = await import('./note-clients.ts')
  noteClients()
}
