import { readJson, respond } from '../respond.ts'
import type { ShopService } from '../service-handler.ts'

export const checkout: ShopService = {
  noise: () => ({ medianMs: 5, errorShare: 0.001 }),
  routes: {
    'POST /orders': async ({ call, request, response }) => {
      const order = (await readJson(request)) as { cart?: unknown } | undefined
      if (typeof order?.cart !== 'string') return respond(response, 400, { error: 'cart is missing' })
      const [items, quote, rates] = await Promise.all([
        call('cart', `/carts/${encodeURIComponent(order.cart)}`),
        call('shipping', '/quote'),
        call('currency', '/rates'),
      ])
      if (items.status !== 200) return respond(response, 502, { error: 'cart' })
      const charge = await call('payments', '/charge', {
        method: 'POST',
        body: { amount: 1000 + (quote.status === 200 ? 490 : 0), currency: rates.status === 200 ? 'EUR' : 'USD' },
      })
      // The buyer is told the truth: an order that was not paid is not an order.
      if (charge.status !== 200) return respond(response, 502, { error: 'payment', status: charge.status })
      await call('shipping', '/orders', { method: 'POST', body: { cart: order.cart } })
      respond(response, 201, { receipt: charge.body })
    },
  },
}
