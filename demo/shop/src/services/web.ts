import { readJson, respond } from '../respond.ts'
import type { ShopService } from '../service-handler.ts'

export const web: ShopService = {
  noise: () => ({ medianMs: 3, errorShare: 0 }),
  routes: {
    'GET /': async ({ call, response }) => {
      const [products, forYou, rates] = await Promise.all([
        call('catalog', '/products'),
        call('recommendations', '/for-you'),
        call('currency', '/rates'),
      ])
      if (products.status !== 200) return respond(response, 502, { error: 'catalog' })
      respond(response, 200, { products: products.body, forYou: forYou.body, rates: rates.body })
    },
    'GET /product/:id': async ({ call, params, response }) => {
      const [product, forYou] = await Promise.all([
        call('catalog', `/products/${encodeURIComponent(params.id ?? '')}`),
        call('recommendations', '/for-you'),
      ])
      respond(response, product.status === 200 ? 200 : product.status === 404 ? 404 : 502, {
        product: product.body,
        forYou: forYou.body,
      })
    },
    'GET /cart/:id': async ({ call, params, response }) => {
      const items = await call('cart', `/carts/${encodeURIComponent(params.id ?? '')}`)
      respond(response, items.status === 200 ? 200 : 502, { items: items.body })
    },
    'POST /cart/:id': async ({ call, params, request, response }) => {
      const added = await call('cart', `/carts/${encodeURIComponent(params.id ?? '')}`, {
        method: 'POST',
        body: await readJson(request),
      })
      respond(response, added.status < 500 ? added.status : 502, { items: added.body })
    },
    'POST /checkout/:id': async ({ call, params, response }) => {
      const order = await call('checkout', '/orders', { method: 'POST', body: { cart: params.id ?? '' } })
      respond(response, order.status === 201 ? 201 : 502, order.body)
    },
  },
}
