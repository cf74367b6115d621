// Starts the phone app: words, then the screens.
import '@ui/tokens.css'
import { addWords } from '@ui/i18n'
import { createApp } from 'vue'
import App from './App.vue'
import { keepOffline } from './engine/offline'
import { phoneKey } from './engine/phone'
import { startEngine } from './engine/start'
import zh from './i18n/zh-CN.json'

addWords({ 'zh-CN': zh, en: () => import('./i18n/en.json') })
createApp(App).provide(phoneKey, startEngine()).mount('#app')
keepOffline()
