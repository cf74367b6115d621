// What is there while the phone is unlocked, put together from its book and its keys.
import { Access } from './access'
import type { Book } from './book'
import type { EngineParts } from './parts'
import { Photos } from './photos'
import { Records } from './records'
import { Lane } from './upload/lane'

export interface Open { book: Book; keys: CryptoKeyPair; records: Records; photos: Photos; access: Access; lane: Lane }

/** What the lane of files tells its phone. */
export interface Told { changed(records: readonly string[]): void; done(): void }

/** `exclusive` runs a step while nobody else uses that book. */
export function opened(book: Book, keys: CryptoKeyPair, { transport, context }: EngineParts, exclusive: <T>(step: () => Promise<T>) => Promise<T>, told: Told): Open {
  const records = new Records(book)
  const access = new Access({ book, keys, transport, context, exclusive })
  const lane = new Lane({ book, access, transport, context, exclusive, ...told })
  return { book, keys, records, photos: new Photos(book, records), access, lane }
}
