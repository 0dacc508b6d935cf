import type { Metadata } from 'next'
import { ChangeOfNumber } from '#features/changes/change-of-number.tsx'
import { ChangePage } from '#features/changes/change-page.tsx'

export const metadata: Metadata = { title: 'Change' }

export default async function Page({ params }: { readonly params: Promise<{ readonly id: string }> }) {
  const id = decodeURIComponent((await params).id)
  return /^\d+$/.test(id) ? <ChangeOfNumber number={id} /> : <ChangePage id={id} />
}
