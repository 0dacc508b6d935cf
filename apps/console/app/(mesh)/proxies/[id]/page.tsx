import type { Metadata } from 'next'
import { ProxyPage } from '#features/proxies/proxy-page.tsx'

export const metadata: Metadata = { title: 'Proxy' }

export default async function Page({ params }: { readonly params: Promise<{ readonly id: string }> }) {
  const { id } = await params
  return <ProxyPage id={decodeURIComponent(id)} />
}
