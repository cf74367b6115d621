// The service worker keeps the app on the phone. It is asked to be installed once; a new version
// waits until the person agrees, so that nothing changes in the middle of a visit.
import { ref } from 'vue'
import { registerSW } from 'virtual:pwa-register'

/** All of the app is on the phone now: it may be said that it works offline. */
export const offlineReady = ref(false)
/** A newer version is here and waits for `applyUpdate`. */
export const updateReady = ref(false)
/** The browser refused: why, for the screen that explains it. */
export const offlineFailure = ref<string | null>(null)

let update: (reload?: boolean) => Promise<void> = async () => undefined

/** Installs the service worker; call once. */
export function keepOffline(): void {
  if (!('serviceWorker' in navigator)) {
    offlineFailure.value = 'unsupported'
    return
  }
  if (navigator.serviceWorker.controller) offlineReady.value = true
  update = registerSW({
    immediate: true,
    onOfflineReady: () => (offlineReady.value = true),
    onNeedRefresh: () => (updateReady.value = true),
    onRegisterError: (error: unknown) => (offlineFailure.value = String(error)),
  })
}

/** Starts the newer version. */
export function applyUpdate(): Promise<void> {
  return update(true)
}
