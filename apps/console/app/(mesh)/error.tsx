'use client'
import { PageBroke } from '#features/shell/page-broke.tsx'

export default function BrokenPage({ error, reset }: { readonly error: Error; readonly reset: () => void }) {
  return <PageBroke error={error} onRetry={reset} />
}
