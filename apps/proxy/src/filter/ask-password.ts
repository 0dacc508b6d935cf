import { createHash, timingSafeEqual } from 'node:crypto'
import type { BasicUsers } from '@heddle/engine/authn/basic-auth'
import { type HttpFilter, heldUsers } from '@heddle/engine/filter/http-filter'
import type { RoutedStage } from '../exchange/filter-stages.ts'
import { localReply } from '../exchange/local-reply.ts'
import type { Runtime } from '../exchange/runtime.ts'
import { CONTINUE, type Filter, RESPONDED } from '../exchange/verdict.ts'

/** Only who says a name and its password may go on (`basic_auth`). */
export function askPassword(
  filter: Extract<HttpFilter, { kind: 'basic-auth' }>,
  { counts }: Pick<Runtime, 'counts'>,
): Filter<RoutedStage> {
  const { header, nameHeader } = filter.auth
  return (exchange) => {
    const users = heldUsers(filter, exchange.route, exchange.choice)
    if (users === undefined) return CONTINUE
    const judged = judge(users, exchange.headers.get(header))
    const counted = counts.basicAuthOf(exchange.chain.statPrefix)
    if (typeof judged === 'string') {
      counted.allowed++
      if (nameHeader !== '') exchange.headers.set(nameHeader, judged)
      return CONTINUE
    }
    counted.denied++
    const place = `${exchange.scheme}://${exchange.host}${exchange.target}`
    localReply(exchange, 401, judged.details, `User authentication failed. ${judged.reason}`, (headers) =>
      headers.set('www-authenticate', `Basic realm="${place.replaceAll('"', '%22')}"`),
    )
    return RESPONDED
  }
}

type Denial = { readonly details: string; readonly reason: string }

const missing = { details: 'no_credential_for_basic_auth', reason: 'Missing username and password.' }
const otherScheme = { details: 'invalid_scheme_for_basic_auth', reason: "Expected 'Basic' authentication scheme." }
const malformed = { details: 'invalid_format_for_basic_auth', reason: 'Invalid basic credential format.' }
const wrong = { details: 'invalid_credential_for_basic_auth', reason: 'Invalid username/password combination.' }

const scheme = 'Basic '
const base64 = /^[A-Za-z0-9+/]*={0,2}$/

/** The name, or why it is nobody's. */
function judge(users: BasicUsers, credentials: string | undefined): string | Denial {
  if (credentials === undefined) return missing
  if (!credentials.startsWith(scheme)) return otherScheme
  const token = credentials.slice(scheme.length)
  const said = base64.test(token) ? Buffer.from(token, 'base64') : Buffer.alloc(0)
  const colon = said.indexOf(':')
  if (colon < 0) return malformed
  // Names are those of the configuration, which is UTF-8, and what is none of it is nobody's name.
  const name = said.toString('utf8', 0, colon)
  const hash = createHash('sha1')
    .update(said.subarray(colon + 1))
    .digest('base64')
  const known = users.get(name)
  // Compared in any case: how long it takes says nothing of who there is.
  const isSame = timingSafeEqual(Buffer.from(hash), Buffer.from(known ?? hash))
  return known !== undefined && isSame ? name : wrong
}
