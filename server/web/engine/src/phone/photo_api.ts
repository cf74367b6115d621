// Photos and the files behind them, as the screens may ask for them. A part of `PhoneApi`.
import type { Saved } from './api'

export type PhotoSource = 'in_app_camera' | 'gallery'

/** What the person chose before the camera opens: it must survive a killed browser. */
export interface PhotoIntent {
  record: string
  source: PhotoSource
  /** Code of the field `subject`. */
  subject: string
  /** Code of the field `people_visible`. */
  people: string
  /** Why not taken just now; required for `gallery`, else null. */
  galleryReason: string | null
}

/** A file on its way (domain §9.8). `elsewhere`: another phone has the bytes; `refused`: see `problem`. */
export type FileState = 'waiting' | 'sending' | 'stored' | 'refused' | 'elsewhere'

/** One photo of a record that nobody removed. */
export interface PhotoView {
  element: string
  /** 64 hex digits. */
  sha256: string
  subject: string
  source: PhotoSource
  bytes: number
  width: number
  height: number
  capturedAt: number
  state: FileState
  /** Bytes the server has. */
  sent: number
  /** Stable code of what is wrong with it: words under `photo.problem.<code>`. */
  problem: string | null
  /** The bytes are on this phone: `photoBytes` answers them. */
  here: boolean
}

/** Measures of a picture that was shrunk for keeping. */
export interface PictureSize { width: number; height: number; mime: 'jpeg' | 'webp' }

/** What may be photographed for a record now; never a reason to be unable to submit. */
export interface PhotoPolicy {
  /** Codes of `subject`; none when `left` is 0. */
  allowed: string[]
  /** The limit that holds, if any. */
  reason: 'no_permission' | 'exterior_only' | 'full' | null
  /** How many more photos it may take. */
  left: number
}

/** The files this phone has to bring to the server. */
export interface FileProgress {
  /** Files of this phone, and how many of them the server has. */
  total: number
  done: number
  bytes: number
  sentBytes: number
  /** Why nothing moves though something waits: told to wait for Wi-Fi, or no line. */
  paused: 'wifi' | 'offline' | null
  current: { sha256: string; sent: number; bytes: number } | null
}

export interface PhotoApi {
  /** Remembered before the camera opens. */
  photoBegin(intent: PhotoIntent): Promise<void>
  /** After a kill: what was to be photographed for this record. */
  photoPending(record: string): Promise<PhotoIntent | null>
  photoCancel(record: string): Promise<void>
  /** Keeps a shrunk picture for the pending intent: file and element in one local transaction. */
  photoAdd(record: string, bytes: Uint8Array, size: PictureSize): Promise<Saved>
  /** Marks it as gone; `undo` of the record brings it back. */
  photoRemove(record: string, element: string): Promise<Saved>
  photos(record: string): Promise<PhotoView[]>
  /** Decrypted, for showing; null when they are not on this phone. */
  photoBytes(sha256: string): Promise<Uint8Array | null>
  photoPolicy(record: string): Promise<PhotoPolicy>
  wifiOnly(): Promise<boolean>
  setWifiOnly(on: boolean): Promise<void>
  /** Sends what waits now, once, whatever the line. */
  uploadNow(): Promise<void>
}
