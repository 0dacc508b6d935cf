/** One resource, encoded once for all proxies that get it. */
export type EncodedResource = {
  readonly name: string
  /** Hash of the bytes: the same content has the same version on every replica and after every restart. */
  readonly version: string
  /** The encoded message, without the Any around it. */
  readonly bytes: Uint8Array
}

/** All resources of one type by name. Never changed after it was made. */
export type ResourceSet = ReadonlyMap<string, EncodedResource>

/** Everything that one proxy is told. Sets that proxies have in common are the same objects. */
export type Snapshot = {
  readonly revision: number
  readonly sets: {
    readonly cluster: ResourceSet
    readonly endpoint: ResourceSet
    readonly listener: ResourceSet
    readonly route: ResourceSet
  }
  /**
   * Hash of what the policies mean for this proxy: everything but the endpoints and the revision label.
   * Two revisions with the same fingerprint do not differ for the proxy.
   */
  readonly fingerprint: string
}
