// Photos of a record: what may be taken, what is about to be, and the elements they become. The file
// and the change that names it are one local transaction.
import * as D from '../document/document'
import { fieldIn } from '../form'
import { isEmpty } from '../form/answers'
import type { Field } from '../schema'
import type { PhotoIntent, PhotoPolicy, PhotoView, PictureSize, Saved, Value } from './api'
import type { Book } from './book'
import { Failure } from './failure'
import { keptFile, makeRoom } from './files'
import type { Records } from './records'

/** Most photos of one record. */
export const PHOTOS_MOST = 9
/** Most bytes of one photo. */
export const PHOTO_BYTES = 400_000
const REPEAT = 'photos'
/** From the strictest on; a household not asked yet has not agreed. */
const PERMISSIONS = ['none', 'exterior_only', 'interior_ok']

type Element = { [field: string]: Value }

export class Photos {
  constructor(private readonly book: Book, private readonly records: Records) {}

  async begin(intent: PhotoIntent): Promise<void> {
    const { source, galleryReason, record } = intent
    if (source === 'gallery' && isEmpty(galleryReason)) throw new Failure('bad_value', 'gallery_reason', 'gallery_reason')
    await this.#permitted(record, intent.subject)
    await this.#remember(record, intent)
  }

  pending(record: string): PhotoIntent | null {
    return this.book.state.intents?.[record] ?? null
  }

  async cancel(record: string): Promise<void> {
    if (this.pending(record)) await this.#remember(record, null)
  }

  /** `camera` is asked only what `begin` was told. */
  async add(record: string, bytes: Uint8Array, size: PictureSize): Promise<Saved> {
    const intent = this.pending(record)
    if (!intent) throw new Failure('no_photo_intent')
    if (bytes.length > PHOTO_BYTES) throw new Failure('photo_too_large')
    if (!isPicture(bytes, size.mime)) throw new Failure('bad_picture')
    await this.#permitted(record, intent.subject)
    const once = async (): Promise<Saved> => {
      const file = await keptFile(this.book, record, bytes, size.mime)
      const values = {
        file: file.sha256, mime: size.mime, bytes: bytes.length, width: size.width, height: size.height, captured_at: this.book.context.now(),
        source: intent.source, gallery_reason: intent.galleryReason, subject: intent.subject, people_visible: intent.people,
      }
      return this.records.addLine(record, REPEAT, values, [...file.writes, this.#intents(record, null)])
    }
    try {
      return await once()
    } catch (error) {
      const short = error instanceof Failure && error.code === 'storage'
      if (!short || !(await makeRoom(this.book, 2 * PHOTO_BYTES))) throw error
      return once()
    }
  }

  /** Takes a photo off the record; `undo` writes it again. */
  remove(record: string, element: string): Promise<Saved> {
    return this.records.removeLine(record, REPEAT, element)
  }

  async views(record: string, sending: string | null): Promise<PhotoView[]> {
    const elements = await this.#elements(record)
    return elements.map(([element, one]) => this.#view(element, one, sending)).sort((a, b) => a.capturedAt - b.capturedAt || (a.element < b.element ? -1 : 1))
  }

  async policy(record: string): Promise<PhotoPolicy> {
    const row = this.book.row(record)
    const repeat = this.#repeat(record)
    const left = repeat ? Math.max(0, PHOTOS_MOST - (await this.#elements(record)).length) : 0
    const subjects = repeat?.fields?.find((field) => field.name === 'subject')?.choices?.map((choice) => choice.code) ?? []
    if (left === 0) return { allowed: [], reason: repeat ? 'full' : null, left }
    const permission = row.household === null ? 'interior_ok' : await this.#permission(row.household)
    if (permission === 'interior_ok') return { allowed: subjects, reason: null, left }
    const open = (code: string): boolean => (permission === 'none' ? code === 'document' : code !== 'interior')
    return { allowed: subjects.filter(open), reason: permission === 'none' ? 'no_permission' : 'exterior_only', left }
  }

  /** The strictest of what stands side by side. */
  async #permission(household: string): Promise<string> {
    if (!this.book.rows.has(household)) return 'none'
    const { document } = await this.book.document(household)
    const several = D.concurrentAt(document, 'photo_permission').map((one) => one.value)
    const values = several.length > 0 ? several : [D.answersOf(document)['photo_permission']]
    const ranks = values.map((value) => Math.max(0, PERMISSIONS.indexOf(String(value))))
    return PERMISSIONS[Math.min(...ranks)] ?? 'none'
  }

  async #permitted(record: string, subject: string): Promise<void> {
    const { allowed, reason } = await this.policy(record)
    if (allowed.includes(subject)) return
    throw new Failure(reason === 'full' ? 'photos_full' : 'photo_not_permitted', subject, 'subject')
  }

  #repeat(record: string): Field | undefined {
    const form = this.book.formOf(this.book.row(record))
    const field = form && fieldIn(form, REPEAT)
    return field?.type === 'repeat' ? field : undefined
  }

  async #elements(record: string): Promise<[string, Element][]> {
    const { document } = await this.book.document(record)
    const photos = D.answersOf(document)[REPEAT]
    if (typeof photos !== 'object' || photos === null) return []
    return Object.entries(photos).filter(([, one]) => isEmpty(one['deleted_at']) && typeof one['file'] === 'string')
  }

  #view(element: string, one: Element, sending: string | null): PhotoView {
    const name = String(one['file'])
    const file = this.book.files.get(name)
    const state = !file ? 'elsewhere' : file.state === 'waiting' && sending === name ? 'sending' : file.state
    return {
      element, sha256: name, subject: String(one['subject'] ?? 'other'), source: one['source'] === 'gallery' ? 'gallery' : 'in_app_camera',
      bytes: Number(one['bytes'] ?? 0), width: Number(one['width'] ?? 0), height: Number(one['height'] ?? 0), capturedAt: Number(one['captured_at'] ?? 0),
      state, sent: file?.sent ?? 0, problem: file?.problem ?? null, here: file?.here ?? false,
    }
  }

  async #remember(record: string, intent: PhotoIntent | null): Promise<void> {
    await this.book.commit([this.#intents(record, intent)])
  }

  #intents(record: string, intent: PhotoIntent | null): { table: 'state'; key: string; value: unknown } {
    const { [record]: _, ...others } = this.book.state.intents ?? {}
    return { table: 'state', key: 'intents', value: intent ? { ...others, [record]: intent } : others }
  }
}

/** Whether bytes begin as a picture of that type does. */
function isPicture(bytes: Uint8Array, mime: PictureSize['mime']): boolean {
  const text = String.fromCharCode(...bytes.subarray(0, 12))
  return mime === 'jpeg' ? text.startsWith('\xff\xd8\xff') : text.startsWith('RIFF') && text.endsWith('WEBP')
}
