// Fails the build when what a phone must download grows beyond its budget (brotli bytes): the shell
// paints the first screen, every lazy part comes after it, the wasm once. Then the same for the desk.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

const dist = process.argv[2] ?? 'dist'
const budgets = { shell: 70_000, lazy: 60_000, wasm: 620_000 }

const size = (path) => {
  try {
    return statSync(`${path}.br`).size
  } catch {
    return statSync(path).size
  }
}
const html = readFileSync(join(dist, 'index.html'), 'utf8')
const files = readdirSync(join(dist, 'assets')).filter((name) => /\.(js|css|wasm)$/.test(name))
const named = files.filter((name) => html.includes(name))
const shell = size(join(dist, 'index.html')) + named.reduce((sum, name) => sum + size(join(dist, 'assets', name)), 0)
const failures = shell > budgets.shell ? [`shell ${shell} > ${budgets.shell}`] : []
for (const name of files.filter((one) => !named.includes(one))) {
  const limit = name.endsWith('.wasm') ? budgets.wasm : budgets.lazy
  const bytes = size(join(dist, 'assets', name))
  if (bytes > limit) failures.push(`${name} ${bytes} > ${limit}`)
}
// The desk has no shell of its own: none of its parts may be larger than a lazy one of the phone.
for (const name of readdirSync(join(dist, 'desk/assets')).filter((one) => /\.(js|css)$/.test(one))) {
  const bytes = size(join(dist, 'desk/assets', name))
  if (bytes > budgets.lazy) failures.push(`desk/${name} ${bytes} > ${budgets.lazy}`)
}
console.log(`phone shell ${shell} of ${budgets.shell} bytes`)
if (failures.length > 0) {
  console.error(`over budget: ${failures.join(', ')}`)
  process.exit(1)
}
