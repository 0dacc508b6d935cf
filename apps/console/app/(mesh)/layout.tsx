import { SessionGate } from '#features/session/session-gate.tsx'
import { AppShell } from '#features/shell/app-shell.tsx'

export default function MeshLayout({ children }: { readonly children: React.ReactNode }) {
  return (
    <SessionGate>
      <AppShell>{children}</AppShell>
    </SessionGate>
  )
}
