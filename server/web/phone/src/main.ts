// Starts the phone app: words, the engine, then the screens.
import '@ui/tokens.css'
import '@ui/shell/shell.css'
import '@ui/fields/fields.css'
import type { PhoneApi } from '@engine/phone/api'
import { addWords, setLanguage } from '@ui/i18n'
import { createApp } from 'vue'
import App from './App.vue'
import { app, start } from './app'
import { keepOffline } from './engine/offline'
import { startEngine } from './engine/start'
import zh from './i18n/zh-CN.json'
import { languageKey } from './language'

addWords({ 'zh-CN': zh, en: () => import('./i18n/en.json') })

/** The engine; while developing, `?fake` shows every screen without a server. */
async function engine(): Promise<PhoneApi> {
  if (import.meta.env.DEV && new URLSearchParams(location.search).has('fake')) return (await import('./dev/fake')).fakePhone()
  return startEngine()
}

async function begin(): Promise<void> {
  if (localStorage.getItem(languageKey) === 'en') await setLanguage('en')
  await start(await engine())
}
begin().catch((error: unknown) => { app.broken = String((error as { code?: string }).code ?? error) }).finally(() => {
  createApp(App).mount('#app')
  keepOffline()
})
