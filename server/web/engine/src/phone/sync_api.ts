// How things stand with the server, and what the screens may ask of the line. A part of `PhoneApi`.
import type { DeviceSupport, Kind } from './api'
import type { FileProgress } from './photo_api'

/** Something the server did not store, with the reason; the phone keeps its copy. */
export interface Problem {
  record: string
  kind: Kind
  title: string
  status: 'held' | 'quarantined' | 'refused' | 'stale'
  /** Stable code: words under `problem.<code>`. */
  code: string
  detail: string | null
  at: number
}

export interface SyncState {
  online: boolean
  running: boolean
  lastSync: number | null
  /** Why the last try failed: `offline`, `server`, `session_ended`, `device_revoked` or a problem code. */
  lastError: string | null
  nextTry: number | null
  /** Records with something unsent. */
  waiting: { record: string; kind: Kind; title: string; savedAt: number }[]
  problems: Problem[]
  /** Batches of other phones carried by this one. */
  carried: number
  /** Progress of the running pull: more is coming. */
  more: boolean
  files: FileProgress
  support: DeviceSupport
}

export interface SyncApi {
  syncNow(): Promise<SyncState>
  syncState(): Promise<SyncState>
  /** Unsent work, sealed, and its photos, for another phone or a memory card to carry. */
  exportUnsent(): Promise<{ name: string; bytes: Uint8Array; batches: number }>
  /** Takes another phone's export along; answers how many batches. */
  importCarried(bytes: Uint8Array): Promise<number>
  dismissProblem(record: string): Promise<void>
}
