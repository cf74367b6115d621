// Keeps the app itself on the phone. A new version waits until the person agrees.
import { registerSW } from 'virtual:pwa-register'
import { notices } from './app'

let update: ((reload?: boolean) => Promise<void>) | null = null

/** Registers the service worker; failures are said in words, as offline will not work then. */
export function registerWorker(): void {
  if (!('serviceWorker' in navigator)) return
  update = registerSW({
    onOfflineReady: () => { notices.offlineReady = true },
    onNeedRefresh: () => { notices.updateReady = true },
    onRegisterError: () => { notices.workerFailed = true },
  })
}

/** Takes the waiting version and starts again. */
export const updateNow = (): void => void update?.(true)
