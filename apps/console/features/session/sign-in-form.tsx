'use client'
import { useMutation } from '@tanstack/react-query'
import { useSearchParams } from 'next/navigation'
import { useState } from 'react'
import { signIn } from '#control/session-queries.ts'
import { Button } from '#ui/button.tsx'
import { ErrorStrip } from '#ui/error-strip.tsx'
import { TextField } from '#ui/text-field.tsx'
import { useIsHydrated } from '#ui/use-is-hydrated.ts'
import { safeNext } from './safe-next.ts'

/** Name and password; then back to where the reader came from. */
export function SignInForm() {
  const search = useSearchParams()
  const isHydrated = useIsHydrated()
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const signingIn = useMutation({
    mutationFn: () => signIn(username, password),
    onSuccess: () => window.location.assign(safeNext(search.get('next'))),
  })
  return (
    <form
      method="post"
      onSubmit={(event) => {
        event.preventDefault()
        signingIn.mutate()
      }}
    >
      {/* Before scripts run, a browser would send the form by itself, and what was typed would be lost. */}
      <fieldset disabled={!isHydrated} className="flex flex-col gap-4">
        <legend className="sr-only">Who you are</legend>
        <TextField
          label="Username"
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          required
          value={username}
          onChange={setUsername}
        />
        <TextField
          label="Password"
          name="password"
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={setPassword}
        />
        {signingIn.error ? <ErrorStrip title="Not signed in" detail={signingIn.error.message} /> : null}
        <Button type="submit" look="primary" isBusy={signingIn.isPending || signingIn.isSuccess}>
          Sign in
        </Button>
      </fieldset>
    </form>
  )
}
