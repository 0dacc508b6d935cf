import type { PolicyObject } from '@heddle/shared/model/any-object'
import type { Catalog } from '../catalog/catalog.ts'

/**
 * Everything that decides what proxies are told: the policies of one revision, the catalog, the time.
 * An immutable value; the snapshots of its proxies share what is built from it.
 */
export type MeshConfig = {
  readonly revision: number
  readonly policies: readonly PolicyVersion[]
  readonly catalog: Catalog
  /**
   * Milliseconds since the epoch; decides only which faults are over. Build a new value when `nextFaultExpiry`
   * has passed, not with every tick.
   */
  readonly now: number
}

/** A policy as it stands in a revision. */
export type PolicyVersion<Policy extends PolicyObject = PolicyObject> = {
  readonly object: Policy
  /** The revision that brought this content. */
  readonly revision: number
  /** The revision that brought the object; the older of two equal matches wins. */
  readonly createdRevision: number
  /** When this content became part of a revision, in milliseconds since the epoch; a fault's duration counts from it. */
  readonly activeSince: number
}
