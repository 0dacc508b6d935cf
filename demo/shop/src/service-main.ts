// One instance of one of the shop's services: `SERVICE=payments VERSION=v2 PORT=20050 OUTBOUND=127.0.0.1:20051`.

import type { ShopService } from './service-handler.ts'
import { cart } from './services/cart.ts'
import { catalog } from './services/catalog.ts'
import { checkout } from './services/checkout.ts'
import { currency } from './services/currency.ts'
import { payments } from './services/payments.ts'
import { recommendations } from './services/recommendations.ts'
import { shipping } from './services/shipping.ts'
import { web } from './services/web.ts'
import { type ServiceName, serviceNames } from './shop.ts'
import { startService } from './start-service.ts'

const services: Record<ServiceName, ShopService> = {
  web,
  catalog,
  cart,
  checkout,
  payments,
  shipping,
  recommendations,
  currency,
}

const { SERVICE, VERSION = 'v1', PORT, OUTBOUND } = process.env
const name = serviceNames.find((candidate) => candidate === SERVICE)
if (name === undefined || !PORT || !OUTBOUND) {
  console.error(`Set SERVICE (${serviceNames.join(', ')}), PORT and OUTBOUND (host:port of the sidecar).`)
  process.exit(2)
}

const running = await startService(services[name], { version: VERSION, port: Number(PORT), outbound: OUTBOUND }).catch(
  (error: NodeJS.ErrnoException) => {
    console.error(error.code === 'EADDRINUSE' ? `port ${PORT} is taken` : String(error))
    process.exit(1)
  },
)
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void running[Symbol.asyncDispose]().then(() => process.exit(0)))
}
