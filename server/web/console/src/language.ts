// The language a person chose, kept for the next time in this browser.
import { language, setLanguage, type Language } from '@ui/i18n'

const KEY = 'bidao-language'

/** Shows the language chosen last time. */
export async function restoreLanguage(): Promise<void> {
  if (localStorage.getItem(KEY) === 'en') await choose('en')
}

/** Changes between Chinese and English. */
export async function switchLanguage(): Promise<void> {
  await choose(language.value === 'en' ? 'zh-CN' : 'en')
}

async function choose(next: Language): Promise<void> {
  await setLanguage(next)
  document.documentElement.lang = next
  localStorage.setItem(KEY, next)
}
