import { respond } from '../respond.ts'
import type { ShopService } from '../service-handler.ts'

export const shipping: ShopService = {
  noise: () => ({ medianMs: 8, errorShare: 0.001 }),
  routes: {
    'GET /quote': async ({ call, response }) => {
      const rates = await call('currency', '/rates')
      respond(response, 200, { days: 3, price: 490, currencies: rates.status === 200 ? rates.body : {} })
    },
    'POST /orders': ({ response }) => respond(response, 201, { status: 'booked' }),
  },
}
