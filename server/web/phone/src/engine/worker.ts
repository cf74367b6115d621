// The worker: the engine with this browser's store, clock, line and wasm. Heavy work and all
// secrets live here; the screens only ask.
import { browserContext } from '@engine/context'
import { startAutomerge } from '@engine/document/document'
import { Engine } from '@engine/phone/engine'
import type { DeviceSupport } from '@engine/phone/api'
import { serve } from '@engine/phone/port'
import { Database } from '@engine/store/database'
import wasm from '../../../engine/wasm/automerge.wasm?url'
import { check } from './check'
import { browserTransport, connection } from './transport'

declare const __APP_VERSION__: string
const scope = self as unknown as DedicatedWorkerGlobalScope

/** `(module (func (param externref)))`: what Automerge's wasm needs beyond the first version. */
const PROBE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 1, 0x6f, 0)

async function support(serviceWorker: boolean): Promise<DeviceSupport> {
  const persisted = await (navigator.storage?.persisted?.() ?? Promise.resolve(false)).catch(() => false)
  return {
    secureContext: scope.isSecureContext,
    serviceWorker,
    cryptography: typeof crypto !== 'undefined' && crypto.subtle !== undefined,
    wasm: typeof WebAssembly === 'object' && WebAssembly.validate(PROBE),
    storage: typeof indexedDB !== 'undefined',
    persisted,
  }
}

/** One window at a time may write: two would use one sequence of changes twice. */
function holdStore(taken: () => void): void {
  if (!('locks' in navigator)) return taken()
  void navigator.locks.request('bidao-phone', () => {
    taken()
    return new Promise<never>(() => undefined)
  })
}

async function start(serviceWorker: boolean): Promise<void> {
  let held = false
  const ready = startAutomerge(wasm)
  ready.catch(() => undefined)
  // A window with an older version of the app keeps the store from being made new.
  const database = await Database.open('bidao', browserContext, () => scope.postMessage({ failed: 'elsewhere' }))
  const engine = new Engine({
    database, context: browserContext, transport: browserTransport(), version: __APP_VERSION__, check, ready,
    held: () => held,
    support: () => support(serviceWorker),
    // Only a window may ask; `start.ts` does.
    askPersistence: async () => false,
  })
  serve(scope, engine)
  scope.addEventListener('online', () => engine.lineIsBack())
  scope.addEventListener('offline', () => engine.lineChanged())
  connection()?.addEventListener('change', () => engine.lineChanged())
  holdStore(() => {
    held = true
    void engine.statusChanged()
  })
  scope.postMessage({ started: true })
}

scope.addEventListener('message', ({ data }: MessageEvent<{ start?: { serviceWorker: boolean } }>) => {
  if (data?.start) start(data.start.serviceWorker).catch((error: unknown) => {
    console.error(error)
    scope.postMessage({ failed: 'unsupported' })
  })
})
