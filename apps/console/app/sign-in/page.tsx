import type { Metadata } from 'next'
import { SignInForm } from '#features/session/sign-in-form.tsx'

export const metadata: Metadata = { title: 'Sign in' }

export default function SignInPage() {
  return (
    <main className="flex min-h-dvh items-center justify-center p-4">
      <div className="flex w-full max-w-sm flex-col gap-4 rounded-card border border-line bg-surface p-6">
        <h1 className="font-semibold text-page">Sign in to Heddle</h1>
        <SignInForm />
      </div>
    </main>
  )
}
