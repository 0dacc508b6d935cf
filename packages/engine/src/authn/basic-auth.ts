import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { DataSource } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import type { BasicAuth as BasicAuthMessage } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/basic_auth/v3/basic_auth_pb'

/** Who may ask, by a name and a password (`envoy.filters.http.basic_auth`). */
export type BasicAuth = {
  readonly users: BasicUsers
  /** Where name and password stand. */
  readonly header: string
  /** Who it is, for whoever the request goes on to; '' for nobody is told. */
  readonly nameHeader: string
}

/** The SHA-1 of each password in base64, by name. */
export type BasicUsers = ReadonlyMap<string, string>

export function compileBasicAuth(message: BasicAuthMessage, path: string): BasicAuth {
  return {
    users: compileBasicUsers(message.users, `${path}.users`),
    header: message.authenticationHeader.toLowerCase() || 'authorization',
    nameHeader: message.forwardUsernameHeader.toLowerCase(),
  }
}

/** Lines of htpasswd, with SHA-1 alone, as Envoy reads them. What is wrong is told by its line: passwords are no reason to tell. */
export function compileBasicUsers(source: DataSource | undefined, path: string): BasicUsers {
  const users = new Map<string, string>()
  for (const [index, line] of textOf(source, path).split('\n').entries()) {
    if (line === '' || line.startsWith('#')) continue
    const refuse = (reason: string) => new ResourceRejected(path, `line ${index + 1} ${reason}`)
    const colon = line.indexOf(':')
    if (colon < 0) throw refuse('is no name and password')
    const [name, password] = [line.slice(0, colon), line.slice(colon + 1)]
    if (name === '' || password === '') throw refuse('has no name or no password')
    if (!password.startsWith(prefix)) throw refuse('is not hashed as {SHA}')
    const hash = password.slice(prefix.length)
    if (hash.length !== hashLength) throw refuse('has no whole SHA-1')
    if (users.has(name)) throw refuse('names a user twice')
    users.set(name, hash)
  }
  return users
}

const prefix = '{SHA}'
/** 20 bytes in base64. */
const hashLength = 28

function textOf(source: DataSource | undefined, path: string): string {
  switch (source?.specifier.case) {
    case 'inlineString':
      return source.specifier.value
    case 'inlineBytes':
      return new TextDecoder().decode(source.specifier.value)
    case undefined:
      throw new ResourceRejected(path, 'is required')
    default:
      throw new ResourceRejected(path, 'must stand in the configuration itself')
  }
}
