import { readJson, respond } from '../respond.ts'
import type { ShopService } from '../service-handler.ts'

const carts = new Map<string, { product: string; quantity: number }[]>()
/** The oldest cart goes first, so that a long-running demo does not grow. */
const cartsMax = 5000

export const cart: ShopService = {
  noise: () => ({ medianMs: 4, errorShare: 0.001 }),
  routes: {
    'GET /carts/:id': ({ params, response }) => respond(response, 200, carts.get(params.id ?? '') ?? []),
    'POST /carts/:id': async ({ call, params, request, response }) => {
      const item = (await readJson(request)) as { product?: unknown } | undefined
      if (typeof item?.product !== 'string') return respond(response, 400, { error: 'product is missing' })
      const product = await call('catalog', `/products/${encodeURIComponent(item.product)}`)
      if (product.status !== 200) return respond(response, product.status === 404 ? 404 : 502, { error: 'product' })
      const id = params.id ?? ''
      const items = [...(carts.get(id) ?? []), { product: item.product, quantity: 1 }].slice(-20)
      carts.delete(id)
      carts.set(id, items)
      const oldest = carts.size > cartsMax ? carts.keys().next().value : undefined
      if (oldest !== undefined) carts.delete(oldest)
      respond(response, 200, items)
    },
  },
}
