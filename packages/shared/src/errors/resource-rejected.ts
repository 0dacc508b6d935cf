/**
 * An xDS resource asks for something that is invalid or that we do not implement.
 * The whole resource is refused with this reason (a NACK) and the last good one keeps serving,
 * because half of a policy can be more permissive than none.
 */
export class ResourceRejected extends Error {
  override readonly name = 'ResourceRejected'
  readonly code = 'resource_rejected'
  /** Where in the resource, in proto field names: "virtual_hosts[0].routes[3].match.prefix". */
  readonly path: string
  readonly reason: string

  constructor(path: string, reason: string) {
    super(path === '' ? reason : `${path}: ${reason}`)
    this.path = path
    this.reason = reason
  }
}
