// The photos of a record: what its answers say about each, joined with how far its file has come.
import { t } from '@ui/i18n'
import { label } from '../reference'
import type { Answers, FieldDifference, Field, FileFinding, FileState, Form, RecordFile, Reuse } from '../schema'
import { isEmpty, placeOf, showValue } from '../value'

/** The repeat that holds photos. */
export const PHOTOS = 'photos'

/** One photo, with the words to show. */
export interface Photo {
  element: string
  sha256: string
  state: FileState
  finding: FileFinding | null
  /** Share of its bytes that arrived, in percent. */
  percent: number
  reused: Reuse[]
  /** When, by the phone's clock; none when the record does not say. */
  capturedAt: number | null
  /** The day it was taken away from the record. */
  removed: string | null
  /** 作物, 室内…; the code when the form does not know it. */
  subject: string
  /** What the record says about it, question and answer. */
  facts: { name: string; text: string }[]
}

/** Elements of the repeat by id; anything else is none. */
export function elementsIn(answers: Answers | null, repeat: string): [string, Answers][] {
  const map = answers?.[repeat]
  return map && typeof map === 'object' && !Array.isArray(map) ? Object.entries(map as Record<string, Answers>) : []
}

const FACTS = ['subject', 'source', 'gallery_reason', 'people_visible']

/** Photos as taken, oldest first; those taken away from the record come last. */
export function photosOf(answers: Answers | null, files: RecordFile[], form: Form | undefined): Photo[] {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const fieldOf = (name: string): Field | undefined => placeOf(form, `${PHOTOS}/x/${name}`).field
  const photos = elementsIn(answers, PHOTOS).map(([element, own]): Photo => {
    const file = byPath.get(`${PHOTOS}/${element}/file`)
    const said = typeof own['bytes'] === 'number' ? own['bytes'] : 0
    const bytes = file?.bytes ?? said
    return {
      element,
      sha256: file?.sha256 ?? String(own['file'] ?? ''),
      state: file?.state ?? 'missing',
      finding: file?.finding ?? null,
      percent: bytes > 0 ? Math.min(100, Math.floor(((file?.have ?? 0) * 100) / bytes)) : 0,
      reused: file?.reused ?? [],
      capturedAt: typeof own['captured_at'] === 'number' ? own['captured_at'] : null,
      removed: isEmpty(own['deleted_at']) ? null : String(own['deleted_at']),
      subject: showValue(fieldOf('subject'), own['subject']),
      facts: FACTS.filter((name) => !isEmpty(own[name])).map((name) => ({
        name: fieldOf(name) ? label((fieldOf(name) as Field).label) : t(`photo.fact.${name}`),
        text: showValue(fieldOf(name), own[name]),
      })),
    }
  })
  return photos.sort((a, b) => Number(a.removed !== null) - Number(b.removed !== null) || (a.capturedAt ?? 0) - (b.capturedAt ?? 0))
}

/** 照片 2/3 · 1 待传: how many can be seen, and why the others cannot. */
export function photoHeading(photos: Photo[]): string {
  const here = photos.filter((photo) => photo.removed === null)
  const count = (...states: FileState[]): number => here.filter((photo) => states.includes(photo.state)).length
  const parts: [string, number][] = [
    ['photo.n_waiting', count('missing', 'receiving')],
    ['photo.n_working', count('stored')],
    ['photo.n_refused', count('refused')],
    ['photo.n_removed', photos.length - here.length],
  ]
  const more = parts.filter(([, n]) => n > 0).map(([key, n]) => t(key, { n }))
  return [t('photo.heading', { have: count('ready'), all: here.length }), ...more].join(' · ')
}

/** Why there is no picture of a photo, or how far it has come. */
export function stateText(photo: Photo): string {
  if (photo.removed !== null && photo.state === 'missing') return t('photo.gone')
  const state = t(`file.state.${photo.state}`, { n: photo.percent })
  return photo.state === 'refused' && photo.finding ? `${state}${t('photo.because')}${t(`file.finding.${photo.finding}`)}` : state
}

/** What is asked about a photo before it is relied on: every one a question, none a verdict. */
export function prompted(photo: Photo): boolean {
  return photo.removed === null && (photo.finding !== null || photo.reused.length > 0)
}

/** Elements that came since the last reviewed version. */
export function freshElements(repeat: string, differences: FieldDifference[]): Set<string> {
  const paths = differences.filter((one) => isEmpty(one.old) && one.path.startsWith(`${repeat}/`) && one.path.endsWith('/file'))
  return new Set(paths.map((one) => one.path.split('/')[1] ?? ''))
}
