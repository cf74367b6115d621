// The language is the phone's, not the person's: it must be known before anything is unlocked.
import { type Language, setLanguage } from '@ui/i18n'

/** Where it is kept. */
export const languageKey = 'bidao-language'

/** Changes it and remembers. */
export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(languageKey, language)
  document.documentElement.lang = language
  await setLanguage(language)
}
