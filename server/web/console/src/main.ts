// Starts the desk: words, the login kept from before, then the screens.
import '@ui/tokens.css'
import './desk.css'
import './lists.css'
import './evidence.css'
import { addWords } from '@ui/i18n'
import { createApp } from 'vue'
import App from './App.vue'
import zh from './i18n/zh-CN.json'
import { restoreLanguage } from './language'
import { resume } from './session/session'

addWords({ 'zh-CN': zh, en: () => import('./i18n/en.json') })
void Promise.all([restoreLanguage(), resume()]).then(() => createApp(App).mount('#app'))
