import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { DataProvider } from '#features/session/data-provider.tsx'
import { beforePaint } from '#features/shell/theme.ts'
import './globals.css'

export const metadata: Metadata = {
  title: { default: 'Heddle', template: '%s · Heddle' },
  description: 'A service mesh whose every change can be seen, rehearsed, approved, rolled out in stages, and undone',
}

export default async function RootLayout({ children }: { readonly children: React.ReactNode }) {
  // Reading the nonce makes every page dynamic, which a nonce needs.
  const nonce = (await headers()).get('x-nonce') ?? undefined
  return (
    // The script below sets data-theme before React sees the element.
    <html lang="en" suppressHydrationWarning>
      <head>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of ours; it must run before the first paint */}
        <script nonce={nonce} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: beforePaint }} />
      </head>
      <body>
        <DataProvider>{children}</DataProvider>
      </body>
    </html>
  )
}
