// Words of the interface. Every text a person reads has a key; each app brings its own two files
// and the shared ones lie here. Chinese is always loaded, English when it is asked for.
import { ref, shallowRef } from 'vue'
import zh from './zh-CN.json'

export type Language = 'zh-CN' | 'en'
/** Flat: `"home.title": "联系户"`; `{name}` is replaced. */
export type Messages = Record<string, string>
/** How an app brings its words. */
export interface Words {
  'zh-CN': Messages
  en: () => Promise<{ default: Messages }>
}

const apps: Words[] = [{ 'zh-CN': zh, en: () => import('./en.json') }]
const table = shallowRef<Messages>({ ...zh })
/** The language shown now. */
export const language = ref<Language>('zh-CN')

/** Adds an app's words; call once before mounting. */
export function addWords(words: Words): void {
  apps.push(words)
  table.value = { ...table.value, ...words['zh-CN'] }
}

/** Changes the language of everything on the screen. */
export async function setLanguage(next: Language): Promise<void> {
  const parts = await Promise.all(apps.map(async (app) => (next === 'en' ? (await app.en()).default : app['zh-CN'])))
  table.value = Object.assign({}, ...apps.map((app) => app['zh-CN']), ...parts) as Messages
  language.value = next
}

/** The text of `key`; an unknown key shows itself, so that a gap is seen. */
export function t(key: string, values: Record<string, string | number> = {}): string {
  const text = table.value[key] ?? key
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole))
}

/** Whether a key has a text: for server codes that may be newer than this app. */
export function known(key: string): boolean {
  return key in table.value
}
