import type { Metadata } from 'next'
import { ChangePage } from '#features/changes/change-page.tsx'

export const metadata: Metadata = { title: 'Change' }

export default async function Page({ params }: { readonly params: Promise<{ readonly id: string }> }) {
  const { id } = await params
  return <ChangePage id={decodeURIComponent(id)} />
}
