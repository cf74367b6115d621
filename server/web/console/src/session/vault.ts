// What the browser keeps between two openings of the desk: the key pair (its private half cannot
// be exported) and the refresh token bound to it. Nothing else; records are never stored here.
import { openDB, type IDBPDatabase } from 'idb'

/** One login. The refresh token is worth nothing without the key. */
export interface Kept {
  key: CryptoKeyPair
  refreshToken: string
}

const STORE = 'session'
const CURRENT = 'current'

let opened: Promise<IDBPDatabase> | null = null

function database(): Promise<IDBPDatabase> {
  opened ??= openDB('bidao-desk', 1, { upgrade: (db) => void db.createObjectStore(STORE) })
  return opened
}

/** The login kept, if there is one. */
export async function read(): Promise<Kept | undefined> {
  return (await database()).get(STORE, CURRENT) as Promise<Kept | undefined>
}

/** Keeps a login in place of the one before. */
export async function keep(kept: Kept): Promise<void> {
  await (await database()).put(STORE, kept, CURRENT)
}

/** Forgets the login; the key goes with it. */
export async function forget(): Promise<void> {
  await (await database()).delete(STORE, CURRENT)
}
