import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { ComparePage } from '#features/revisions/compare-page.tsx'

export const metadata: Metadata = { title: 'Compare revisions' }

type Params = { readonly from: string; readonly to: string }

export default async function Page({ params }: { readonly params: Promise<Params> }) {
  const { from, to } = await params
  if (!/^\d{1,9}$/.test(from) || !/^\d{1,9}$/.test(to)) notFound()
  return <ComparePage from={Number(from)} to={Number(to)} />
}
