// What every screen shares: the phone, whether it is open, how sync stands, the reference data.
import { computed, reactive, shallowReactive } from 'vue'
import type { PhoneApi, PhoneStatus, SyncState } from '@engine/phone/api'
import type { Form, Reference } from '@engine/schema'
import { t } from '@ui/i18n'
import { isoDay } from '@ui/format'

/** Set once by `start` before anything is mounted. */
export let phone: PhoneApi

interface App { status: PhoneStatus | null; sync: SyncState | null; reference: Reference | null; broken: string | null }
export const app = shallowReactive<App>({ status: null, sync: null, reference: null, broken: null })

/** What the last start has to say. */
export const notices = reactive({ recoveredAt: null as number | null })

/** Today in Asia/Shanghai; read anew whenever asked. */
export const today = (): string => isoDay(Date.now())

/** Tells which records changed, to whatever is on the screen. */
const watchers = new Set<(records: string[]) => void>()
export function onRecords(watcher: (records: string[]) => void): () => void {
  watchers.add(watcher)
  return () => void watchers.delete(watcher)
}

/** Connects the screens to a phone and reads what they start from. */
export async function start(api: PhoneApi): Promise<void> {
  phone = api
  api.subscribe((event) => {
    if (event.type === 'sync') app.sync = event.sync
    if (event.type === 'status') app.status = event.status
    if (event.type === 'reference') void readReference()
    if (event.type === 'records') for (const watcher of watchers) watcher(event.records)
  })
  app.status = await api.status()
  if (app.status.state === 'open') await readOpen()
}

/** Reads what is only there while the phone is open. */
export async function readOpen(): Promise<void> {
  app.sync = await phone.syncState()
  await readReference()
}

async function readReference(): Promise<void> {
  app.reference = await phone.reference()
}

/** A form by `name/version`, else the newest of that name. */
export function formOf(id: string): Form | null {
  const forms = app.reference?.forms ?? []
  const [name, version] = id.split('/')
  const same = forms.filter((form) => form.name === name)
  return same.find((form) => String(form.version) === version) ?? same.sort((a, b) => b.version - a.version)[0] ?? null
}

/** Villages this person works in. */
export const villages = computed(() => {
  const codes = new Set(app.reference?.assignments.villages.map((one) => one.village))
  return (app.reference?.areas ?? []).filter((area) => codes.has(area.code))
})

/** A failure in words: what happened and what to do. */
export function failureWords(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code
  const key = typeof code === 'string' ? `failure.${code}` : 'failure.unknown'
  const text = t(key)
  return text === key ? t('failure.unknown_code', { code: String(code) }) : text
}
