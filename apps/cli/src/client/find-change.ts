import { ChangeDetail, type ChangeSummary } from '@heddle/shared/api/changes'
import { ChangeName } from '@heddle/shared/api/queries'
import type { Api } from './api.ts'
import { CliError, exitCodes } from './cli-error.ts'

/** The change that a person names: its id, or its number with or without "#". */
export async function findChange(api: Api, named: string): Promise<ChangeSummary> {
  const name = ChangeName.safeParse(named.replace(/^#/, ''))
  if (!name.success) {
    throw new CliError(exitCodes.notFound, `no change ${named}`, { hint: '`heddle get changes` lists them' })
  }
  return (await api.call(ChangeDetail, 'GET', `/changes/${name.data}`)).summary
}
