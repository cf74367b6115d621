// What whoever takes a phone can read in the folder of its browser: everything Chromium wrote, storage, caches, history.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Files in which a text can be read; a browser writes UTF-8 and UTF-16 of either kind. */
export function onDisk(folder, text) {
  const small = Buffer.from(text, 'utf16le')
  const writings = [Buffer.from(text), small, Buffer.from(small).swap16()]
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return files.map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((file) => {
      const bytes = readFileSync(file)
      return writings.some((writing) => bytes.includes(writing))
    })
}
