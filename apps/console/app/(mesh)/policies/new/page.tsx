import type { Metadata } from 'next'
import { NewPolicyPage } from '#features/policy-editor/new-policy-page.tsx'

export const metadata: Metadata = { title: 'New policy' }

export default function Page() {
  return <NewPolicyPage />
}
