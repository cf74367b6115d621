// Photos of the phone in memory: a few painted ones in every state, so that each can be looked at.
import type { FileState, PhotoApi, PhotoIntent, PhotoView, Saved, Value } from '@engine/phone/api'
import { element } from './people'

interface Store {
  get(id: string): { answers: Record<string, unknown>; kind: string }
  put(id: string, path: string, value: Value): Saved
  touched(id: string): void
}
type Kept = PhotoView & { record: string; jpeg: Uint8Array }

const subjects = ['exterior', 'interior', 'crop', 'animal', 'water', 'road', 'document', 'meeting', 'other']
const samples: [subject: string, state: FileState, sent: number, problem: string | null, colours: [string, string]][] = [
  ['exterior', 'stored', 1, null, ['#9ec7e8', '#7d5a3c']], ['crop', 'sending', 0.4, null, ['#bfe0f5', '#4c7a2e']],
  ['road', 'waiting', 0, null, ['#d7dde2', '#8a8577']], ['animal', 'refused', 0, 'digest_mismatch', ['#e9dcc0', '#5b4630']],
]

async function painted([sky, ground]: [string, string]): Promise<Uint8Array> {
  const canvas = new OffscreenCanvas(1600, 1200)
  const pen = canvas.getContext('2d')!
  pen.fillStyle = sky
  pen.fillRect(0, 0, 1600, 700)
  pen.fillStyle = ground
  pen.fillRect(0, 700, 1600, 500)
  pen.fillStyle = '#55443a'
  pen.fillRect(500, 400, 600, 420)
  return new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.8 })).arrayBuffer())
}

/** What `PhotoApi` needs, over a map. `?photos` begins with one of every state on the draft visit. */
export function fakePhotos(store: Store, draft: string): PhotoApi & { kept: Map<string, Kept> } {
  const kept = new Map<string, Kept>()
  const intents = new Map<string, PhotoIntent>()
  let wifi = false
  let count = 0x2000
  const of = (record: string): Kept[] => [...kept.values()].filter((one) => one.record === record)
  const keep = (record: string, subject: string, jpeg: Uint8Array, more: Partial<Kept> = {}): void => {
    const id = element(count++)
    kept.set(id, { record, jpeg, element: id, sha256: id + id, subject, source: 'in_app_camera', bytes: jpeg.length, width: 1600, height: 1200, capturedAt: Date.now(), state: 'waiting', sent: 0, problem: null, here: true, ...more })
  }
  const ready = new URLSearchParams(location.search).has('photos')
    ? Promise.all(samples.map(([, , , , colours]) => painted(colours))).then((jpegs) => jpegs.forEach((jpeg, at) => {
      const [subject, state, sent, problem] = samples[at]!
      keep(draft, subject, jpeg, { state, problem, sent: Math.round(jpeg.length * sent) })
    }))
    : Promise.resolve()
  return {
    kept,
    photoBegin: async (intent) => void intents.set(intent.record, intent),
    photoPending: async (record) => intents.get(record) ?? null,
    photoCancel: async (record) => void intents.delete(record),
    photoAdd: async (record, bytes, { width, height }) => {
      keep(record, intents.get(record)?.subject ?? 'other', bytes, { width, height })
      intents.delete(record)
      store.touched(record)
      return { savedAt: Date.now(), undo: null }
    },
    photoRemove: async (record, id) => {
      kept.delete(id)
      store.touched(record)
      return { savedAt: Date.now(), undo: { path: `photos/${id}/deleted_at`, value: null, madeAt: Date.now() } }
    },
    photos: async (record) => { await ready; return of(record) },
    photoBytes: async (sha256) => [...kept.values()].find((one) => one.sha256 === sha256)?.jpeg ?? null,
    photoPolicy: async (record) => {
      const home = store.get(String(store.get(record).answers['household'] ?? record))
      const permission = home.answers['photo_permission'] ?? 'none'
      const left = 9 - of(record).length
      if (left <= 0) return { allowed: [], reason: 'full', left: 0 }
      if (permission === 'interior_ok') return { allowed: subjects, reason: null, left }
      return permission === 'none' ? { allowed: ['document'], reason: 'no_permission', left } : { allowed: subjects.filter((one) => one !== 'interior'), reason: 'exterior_only', left }
    },
    wifiOnly: async () => wifi, setWifiOnly: async (on) => void (wifi = on), uploadNow: async () => {},
  }
}
