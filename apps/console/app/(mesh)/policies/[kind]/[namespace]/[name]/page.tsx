import type { Metadata } from 'next'
import { PolicyPage } from '#features/policies/policy-page.tsx'

type Props = { readonly params: Promise<{ kind: string; namespace: string; name: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { kind, namespace, name } = await params
  return { title: `${namespace}/${name} · ${kind}` }
}

export default async function Page({ params }: Props) {
  const { kind, namespace, name } = await params
  return <PolicyPage kind={kind} namespace={namespace} name={decodeURIComponent(name)} />
}
