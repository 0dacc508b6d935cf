import { respond } from '../respond.ts'
import type { ShopService } from '../service-handler.ts'

const products = Array.from({ length: 24 }, (_, i) => ({
  id: `p${i + 1}`,
  name: ['Shuttle', 'Warp yarn', 'Weft yarn', 'Reed', 'Heddle', 'Treadle'][i % 6] ?? 'Loom',
  price: 400 + 175 * i,
}))

export const catalog: ShopService = {
  noise: () => ({ medianMs: 6, errorShare: 0.001 }),
  routes: {
    'GET /products': ({ response }) => respond(response, 200, products.slice(0, 12)),
    'GET /products/:id': ({ params, response }) => {
      const product = products.find((candidate) => candidate.id === params.id)
      if (product) respond(response, 200, product)
      else respond(response, 404, { error: 'no such product' })
    },
  },
}
