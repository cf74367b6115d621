// From a line of "what is missing" to the question itself.
import { sectionOf } from '@ui/form'
import { beStrict, type OpenRecord } from './record'
import { go, replace, want } from './router'

/** The step of a visit a section is asked in. */
export function stepOf(section: string | undefined): string {
  if (section === 'arrival') return 'arrive'
  return section === 'finish' ? 'check' : 'situation'
}

/** Opens the screen of a path. */
export function jump(record: OpenRecord, path: string, visit?: string): void {
  const id = record.id()
  const form = record.form.value
  beStrict(id)
  const [repeat = '', element, field] = path.split('/')
  want(path)
  if (element && field) return go('record', id, 'e', repeat, element)
  const section = form ? sectionOf(form, path)?.name : undefined
  if (visit === id) {
    const step = stepOf(section)
    if (step !== 'check') return replace('visit', id, step)
    document.getElementById(`f-${path}`)?.scrollIntoView({ block: 'center' })
    return
  }
  go('record', id, 's', section ?? '')
}
