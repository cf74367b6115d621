// The phone's one local store. All rows but three are encrypted; what belongs together is written
// in one transaction, because a browser may be killed between any two.
import { openDB, type DBSchema, type IDBPDatabase } from 'idb'
import type { Bytes } from '../bytes'
import type { Context } from '../context'
import { decode, encode } from '../protocol/cbor'
import { decrypt, encrypt, type Vault } from './vault'

/** Encrypted tables. `state`: single rows by name; `files` and `bytes` by SHA-256; the others by id or number. */
export const TABLES = ['state', 'documents', 'rows', 'outbox', 'batches', 'carried', 'problems', 'files', 'bytes'] as const
/** 1: text alone; 2: also files. Raised whenever a table is added; nothing that lies there is touched. */
const VERSION = 2
export type Table = (typeof TABLES)[number]

/** One row to write; no value deletes it. */
export interface Write { table: Table; key: string; value?: unknown }

/** In the clear: the wrapped data key, the key pair that cannot be exported, the device's number. */
interface Clear {
  vault: Vault
  keys: CryptoKeyPair
  device: string
}

type Schema = DBSchema & { [T in Table]: { key: string; value: Bytes } } & {
  clear: { key: string; value: unknown }
}

export class Database {
  #key: CryptoKey | null = null

  private constructor(private readonly base: IDBPDatabase<Schema>, private readonly context: Context) {}

  /** `blocked`: a window with an older version of the app has the store open; nothing happens until it is closed. */
  static async open(name: string, context: Context, blocked?: () => void): Promise<Database> {
    const base = await openDB<Schema>(name, VERSION, {
      upgrade(older) {
        for (const table of ['clear', ...TABLES] as const) if (!older.objectStoreNames.contains(table)) older.createObjectStore(table)
      },
      blocked,
    })
    return new Database(base, context)
  }

  /** Gives the data key, or takes it away. */
  use(key: CryptoKey | null): void {
    this.#key = key
  }

  get isOpen(): boolean {
    return this.#key !== null
  }

  async clear<K extends keyof Clear>(name: K): Promise<Clear[K] | undefined> {
    return (await this.base.get('clear', name)) as Clear[K] | undefined
  }

  async setClear(values: Partial<Clear>): Promise<void> {
    const work = this.base.transaction('clear', 'readwrite', { durability: 'strict' })
    for (const [name, value] of Object.entries(values)) void work.store.put(value, name)
    await work.done
  }

  async get<T>(table: Table, key: string): Promise<T | undefined> {
    const sealed = (await this.base.get(table, key)) as Bytes | undefined
    return sealed && (await this.#open<T>(table, key, sealed))
  }

  /** All rows in the order of their keys. */
  async all<T>(table: Table): Promise<[key: string, value: T][]> {
    const work = this.base.transaction(table)
    const [keys, values] = await Promise.all([work.store.getAllKeys(), work.store.getAll()])
    return Promise.all(keys.map(async (key, at) => {
      return [String(key), await this.#open<T>(table, String(key), values[at] as Bytes)] as [string, T]
    }))
  }

  /** Encrypts first, then writes everything in one strict transaction: all of it or nothing. */
  async commit(writes: readonly Write[]): Promise<void> {
    if (writes.length === 0) return
    const sealed = await Promise.all(writes.map(async ({ table, key, value }) => {
      return { table, key, bytes: value === undefined ? null : await this.#seal(table, key, value) }
    }))
    const tables = [...new Set(writes.map((write) => write.table))]
    const work = this.base.transaction(tables, 'readwrite', { durability: 'strict' })
    const done = sealed.map(({ table, key, bytes }) => {
      const store = work.objectStore(table)
      return bytes === null ? store.delete(key) : store.put(bytes, key)
    })
    await Promise.all([...done, work.done])
  }

  /** Forgets everything, also the keys. */
  async erase(): Promise<void> {
    const work = this.base.transaction(['clear', ...TABLES], 'readwrite', { durability: 'strict' })
    for (const table of ['clear', ...TABLES] as const) void work.objectStore(table).clear()
    await work.done
    this.#key = null
  }

  close(): void {
    this.base.close()
    this.#key = null
  }

  #required(): CryptoKey {
    if (!this.#key) throw new Error('the store is locked')
    return this.#key
  }

  async #open<T>(table: Table, key: string, sealed: Bytes): Promise<T> {
    return decode(await decrypt(this.#required(), `${table}/${key}`, sealed)) as T
  }

  #seal(table: Table, key: string, value: unknown): Promise<Bytes> {
    return encrypt(this.#required(), `${table}/${key}`, encode(value), this.context)
  }
}

/** A number as a key that sorts like the number. */
export function ordered(number: number): string {
  return number.toString(16).padStart(13, '0')
}
