'use client'
import type { Token } from '@heddle/shared/api/tokens'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { revokeToken, tokensQuery } from '#control/token-queries.ts'
import { Button } from '#ui/button.tsx'
import { Dialog } from '#ui/dialog.tsx'
import { ErrorStrip } from '#ui/error-strip.tsx'

/** Asks once, because it cannot be undone: what uses the token is refused from then on. */
export function RevokeDialog({ token, onClose }: { readonly token: Token; readonly onClose: () => void }) {
  const queries = useQueryClient()
  const revoke = useMutation({
    mutationFn: () => revokeToken(token.id),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: tokensQuery.queryKey })
      onClose()
    },
  })
  return (
    <Dialog
      title={`Revoke ${token.name}?`}
      description="Whatever uses it is refused from its next request on, and streams it has opened end. It cannot be undone; a new token can be made."
      isOpen
      onOpenChange={onClose}
      actions={
        <Button look="danger" isBusy={revoke.isPending} onClick={() => revoke.mutate()}>
          Revoke token
        </Button>
      }
    >
      {revoke.error ? <ErrorStrip title="It was not revoked" detail={revoke.error.message} /> : null}
    </Dialog>
  )
}
