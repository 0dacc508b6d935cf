'use client'
import { QueryClientProvider } from '@tanstack/react-query'
import { useState } from 'react'
import { queryClient } from '#control/query-client.ts'
import { goToSignIn } from './go-to-sign-in.ts'

/** The cache of answers for the whole console. */
export function DataProvider({ children }: { readonly children: React.ReactNode }) {
  const [client] = useState(() => queryClient(goToSignIn))
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>
}
