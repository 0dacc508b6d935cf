import { matchesString, type StringMatcher } from '@heddle/engine/match/string-matcher'
import { isLoopbackAddress } from '../net/loopback-address.ts'

/** Who asks the admin port for what. */
export type AdminQuestion = {
  /** With its query. */
  readonly target: string
  readonly path: string
  readonly host: string | undefined
  /** The page that has a browser ask; undefined for whoever is no browser. */
  readonly origin: string | undefined
  /** The address it comes from; undefined through a Unix socket. */
  readonly peer: string | undefined
}

/**
 * Why a question is not answered; undefined when it is. `allowed` are the bootstrap's `admin.allow_paths`: with them the
 * port answers what they match, to whoever reaches it, as Envoy's. Without them a port that is open to other machines
 * tells those whether it is ready, and numbers: what the configuration says, and what changes something, is for this one.
 */
export function refusedQuestion(question: AdminQuestion, allowed: readonly StringMatcher[]): string | undefined {
  if (allowed.length > 0 && !allowed.some((each) => matchesString(each, question.target))) {
    return `request to path ${question.target} not allowed`
  }
  // A browser posts what any page has it post, to whatever address the page knows: it could drain and stop proxies.
  if (isOfForeignPage(question)) return 'pages from elsewhere are not answered\n'
  if (question.peer === undefined) return undefined
  if (isLoopbackAddress(question.peer)) {
    // A web page must not reach it through a name of its own (DNS rebinding).
    return isLoopbackName(question.host) ? undefined : 'the admin port answers to loopback names only\n'
  }
  if (allowed.length > 0 || toldElsewhere.has(question.path)) return undefined
  return `${question.path} is told to this machine only; admin.allow_paths in the bootstrap opens it to others\n`
}

const toldElsewhere = new Set(['/ready', '/healthz/ready', '/stats', '/stats/prometheus', '/metrics'])

/** A browser always says a host; HTTP/1.0 need not, and health checks of load balancers do not. */
function isLoopbackName(host = 'localhost'): boolean {
  return /^(localhost|127\.[\d.]+|\[::1\])(:\d+)?$/.test(host)
}

function isOfForeignPage({ origin, host }: AdminQuestion): boolean {
  if (origin === undefined) return false
  const [, from] = /^http:\/\/(.+)$/.exec(origin) ?? []
  return from === undefined || (from !== host && !isLoopbackName(from))
}
