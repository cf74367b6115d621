// Starts the phone app: words, then the screens.
import '@ui/tokens.css'
import { addWords } from '@ui/i18n'
import { createApp } from 'vue'
import App from './App.vue'
import zh from './i18n/zh-CN.json'

addWords({ 'zh-CN': zh, en: () => import('./i18n/en.json') })
createApp(App).mount('#app')
