// How far this phone's files have come, for the sync screen: the round that began with the oldest file
// not yet stored, so that "n of m" does not count what was brought over last month.
import type { FileProgress } from '../api'
import type { StoredFile } from '../files'

export type Current = FileProgress['current']

/** Progress over the files of a phone; `paused` counts only while something waits. */
export function progressOf(files: Iterable<StoredFile>, current: Current, paused: FileProgress['paused']): FileProgress {
  const all = [...files]
  const open = all.filter((file) => file.state === 'waiting' && !file.idle)
  const since = open.reduce((oldest, file) => Math.min(oldest, file.addedAt), Number.POSITIVE_INFINITY)
  const done = all.filter((file) => file.state === 'stored' && (file.storedAt ?? 0) > since)
  const round = [...open, ...done]
  const sent = (file: StoredFile): number => (file.state === 'stored' ? file.bytes : file.sha256 === current?.sha256 ? Math.max(file.sent, current.sent) : file.sent)
  return {
    total: round.length, done: done.length,
    bytes: round.reduce((sum, file) => sum + file.bytes, 0), sentBytes: round.reduce((sum, file) => sum + sent(file), 0),
    paused: open.length > 0 ? paused : null, current,
  }
}
