// How things stand with the server, and what the screens may ask of the line. A part of `PhoneApi`.
import type { DeviceSupport, Kind } from './api'
import type { Carriage } from './book'
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
  /** Batches and files of other phones this one still carries, and how those before went. */
  carried: number
  carriage: Carriage
  /** Progress of the running pull: more is coming. */
  more: boolean
  files: FileProgress
  support: DeviceSupport
}

export interface SyncApi {
  syncNow(): Promise<SyncState>
  syncState(): Promise<SyncState>
  /** Unsent work and its photos in envelopes only the server opens, for another phone or a memory card to carry. */
  exportUnsent(): Promise<{ name: string; bytes: Uint8Array; batches: number }>
  /** Takes another phone's export along; answers how many batches and files. */
  importCarried(bytes: Uint8Array): Promise<number>
  dismissProblem(record: string): Promise<void>
}
