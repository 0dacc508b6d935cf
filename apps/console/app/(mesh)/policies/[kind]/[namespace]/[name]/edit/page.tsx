import { PolicyKind } from '@heddle/shared/api/objects'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { EditPolicyPage } from '#features/policy-editor/edit-policy-page.tsx'

export const metadata: Metadata = { title: 'Edit policy' }

type Params = { readonly kind: string; readonly namespace: string; readonly name: string }

export default async function Page({ params }: { readonly params: Promise<Params> }) {
  const { kind, namespace, name } = await params
  if (!PolicyKind.safeParse(kind).success) notFound()
  return <EditPolicyPage kind={kind} namespace={decodeURIComponent(namespace)} name={decodeURIComponent(name)} />
}
