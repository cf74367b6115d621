// The line: `fetch` to the server the app came from.
import type { Transport } from '@engine/phone/transport'

/** A request that got no answer by then counts as lost; what was sent is offered again. */
const PATIENCE_MS = 60_000

type Connection = { effectiveType?: string; saveData?: boolean }

export function browserTransport(): Transport {
  return {
    origin: self.location.origin,
    online: () => navigator.onLine,
    slow: () => {
      const { connection } = navigator as Navigator & { connection?: Connection }
      return connection?.saveData === true || connection?.effectiveType === '2g' || connection?.effectiveType === 'slow-2g'
    },
    async send(method, path, headers, body) {
      const patience = new AbortController()
      const timer = setTimeout(() => patience.abort(), PATIENCE_MS)
      try {
        const reply = await fetch(path, {
          method, headers, body, signal: patience.signal, cache: 'no-store', credentials: 'omit', redirect: 'error',
        })
        const date = Date.parse(reply.headers.get('date') ?? '')
        return { status: reply.status, body: new Uint8Array(await reply.arrayBuffer()), date: Number.isNaN(date) ? undefined : date }
      } finally {
        clearTimeout(timer)
      }
    },
  }
}
