import type { Metadata } from 'next'
import { ServicePage } from '#features/services/service-page.tsx'

type Params = { readonly namespace: string; readonly name: string }
type Props = { readonly params: Promise<Params> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { namespace, name } = await params
  return { title: `${decodeURIComponent(namespace)}/${decodeURIComponent(name)}` }
}

export default async function Page({ params }: Props) {
  const { namespace, name } = await params
  return <ServicePage namespace={decodeURIComponent(namespace)} name={decodeURIComponent(name)} />
}
