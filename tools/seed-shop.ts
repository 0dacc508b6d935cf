// Gives a running control plane the shop's services and first policies: `node tools/seed-shop.ts <control URL> <data folder>`.
import path from 'node:path'
import { signIn } from './start/mesh-client.ts'
import { seedMesh } from './start/seed-mesh.ts'
import { demoUsers } from './start/settings.ts'

const [controlUrl = 'http://127.0.0.1:4000', dataFolder = '.data'] = process.argv.slice(2)
const [editor, approver] = await Promise.all(
  demoUsers(dataFolder)
    .filter(({ role }) => role !== 'viewer')
    .map(({ username, password }) => signIn(controlUrl, username, password)),
)
if (!editor || !approver) throw new Error('the demo has an editor and an approver')
const isNew = await seedMesh(path.resolve(import.meta.dirname, '..'), editor, approver)
console.log(isNew ? 'the shop has its first policies' : 'the mesh has policies already; services were renewed')
