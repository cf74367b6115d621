// Starts the worker and gives the screens their `PhoneApi`. What only a window may do is done here.
import type { PhoneApi } from '@engine/phone/api'
import { connect } from '@engine/phone/port'

/** The engine of this window; every method rejects with `unsupported` when the browser cannot run it. */
export function startEngine(): PhoneApi {
  let worker: Worker
  try {
    worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'bidao' })
  } catch {
    const { api, broken } = connect({ postMessage: () => undefined, addEventListener: () => undefined })
    broken('unsupported')
    return api
  }
  const { api, broken } = connect(worker)
  const waiting = gate(worker, broken)
  const windowOnly: Partial<PhoneApi> = {
    askPersistence: async () => (await navigator.storage?.persist?.()) ?? false,
  }
  return new Proxy(api, {
    get(target, name: keyof PhoneApi) {
      if (name in windowOnly) return windowOnly[name]
      const method = target[name] as ((...values: unknown[]) => unknown) | undefined
      if (name === 'subscribe' || typeof method !== 'function') return method
      return async (...values: unknown[]) => {
        await waiting
        return method(...values)
      }
    },
  })
}

/** Resolves when the worker listens; a worker that dies before that breaks the connection. */
function gate(worker: Worker, broken: (code: string) => void): Promise<void> {
  return new Promise((listening) => {
    const stop = (code: string): void => {
      broken(code)
      listening()
    }
    worker.addEventListener('error', () => stop('unsupported'))
    worker.addEventListener('message', ({ data }: MessageEvent<{ started?: true; failed?: string }>) => {
      if (data?.started) listening()
      if (data?.failed !== undefined) stop(data.failed)
    })
    worker.postMessage({ start: { serviceWorker: 'serviceWorker' in navigator } })
  })
}
