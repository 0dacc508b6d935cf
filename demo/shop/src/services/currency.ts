import { respond } from '../respond.ts'
import type { ShopService } from '../service-handler.ts'

export const currency: ShopService = {
  noise: () => ({ medianMs: 2, errorShare: 0 }),
  routes: {
    'GET /rates': ({ response }) => respond(response, 200, { EUR: 1, USD: 1.08, GBP: 0.85, JPY: 171 }),
  },
}
