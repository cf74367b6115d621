// A photo in words: how far it has come, what is wrong with it, and what to do.
import type { FileProgress, PhotoView } from '@engine/phone/api'
import { known, t } from '@ui/i18n'
import type { Tone } from '@ui/shell/StatusBadge.vue'

/** The badge: at most six characters, so that three fit beside each other. */
export function photoBadge(photo: PhotoView, current: FileProgress['current']): { text: string; tone: Tone } {
  if (photo.problem !== null) return { text: t('photo.problem'), tone: 'error' }
  if (photo.state === 'stored') return { text: t('photo.stored'), tone: 'good' }
  if (photo.state === 'elsewhere') return { text: t('photo.elsewhere'), tone: 'plain' }
  if (photo.state !== 'sending' && current?.sha256 !== photo.sha256) return { text: t('photo.waiting'), tone: 'plain' }
  const sent = current?.sha256 === photo.sha256 ? current.sent : photo.sent
  return { text: t('photo.sending', { n: photo.bytes > 0 ? Math.min(99, Math.floor((100 * sent) / photo.bytes)) : 0 }), tone: 'brand' }
}

/** What is wrong with it and what to do; null when nothing is. */
export function photoProblem(photo: PhotoView): string | null {
  if (photo.problem === null) return null
  const key = `photo.problem.${photo.problem}`
  return known(key) ? t(key) : t('photo.problem.other', { code: photo.problem })
}

/** `312 kB`, `1.4 MB`. */
export function size(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}
