// Makes the demo's people in a data folder, once, and prints how to sign in: `node tools/sign-ins.ts <folder>`.
import { demoUsers } from './start/settings.ts'

for (const { username, password, role } of demoUsers(process.argv[2] ?? '.data')) {
  console.log(`${username}  ${password}   (${role})`)
}
