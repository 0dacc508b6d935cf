/** The demo shop: what runs, in how many instances, and who calls whom. Ordinary programs; the mesh is beside them. */
export const serviceNames = [
  'web',
  'catalog',
  'cart',
  'checkout',
  'payments',
  'shipping',
  'recommendations',
  'currency',
] as const
export type ServiceName = (typeof serviceNames)[number]

export type Deployment = {
  readonly service: ServiceName
  readonly version: string
  readonly instances: number
}

/** Two of the eight run in two versions, so that splits and per-version signals have something to show. */
export const deployments: readonly Deployment[] = [
  { service: 'web', version: 'v1', instances: 2 },
  { service: 'catalog', version: 'v1', instances: 2 },
  { service: 'cart', version: 'v1', instances: 1 },
  { service: 'checkout', version: 'v1', instances: 2 },
  { service: 'payments', version: 'v1', instances: 2 },
  { service: 'payments', version: 'v2', instances: 1 },
  { service: 'shipping', version: 'v1', instances: 1 },
  { service: 'recommendations', version: 'v1', instances: 1 },
  { service: 'recommendations', version: 'v2', instances: 1 },
  { service: 'currency', version: 'v1', instances: 1 },
]

export const namespace = 'shop'

/** The port that the mesh serves each service on. */
export const servicePort = 8080
