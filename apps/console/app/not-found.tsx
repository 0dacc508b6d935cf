import type { Metadata } from 'next'
import Link from 'next/link'
import { paths } from '#paths'
import { EmptyState } from '#ui/empty-state.tsx'

export const metadata: Metadata = { title: 'Not found' }

export default function NotFound() {
  return (
    <main className="mx-auto flex max-w-xl flex-col gap-4 p-8">
      <h1 className="font-semibold text-page">There is no such page</h1>
      <EmptyState title="The address leads nowhere.">
        <Link className="text-accent-text underline" href={paths.graph()}>
          Go to the graph
        </Link>
      </EmptyState>
    </main>
  )
}
