// From a line of "what is missing" to the question itself.
import { isApart, sectionOf } from '@ui/form'
import { beStrict, isOfLines, type OpenRecord } from './record'
import { go, replace, route, takeWanted, want } from './router'

/** The step of a visit a section is asked in. */
export function stepOf(section: string | undefined): string {
  if (section === 'arrival') return 'arrive'
  return section === 'finish' || isApart(section ?? '') ? 'check' : 'situation'
}

/** A short form shows all its questions at once: then the question is here already. */
function direct(id: string, path: string): boolean {
  const { name, args } = route.value
  const question = name === 'record' && args.length === 1 && args[0] === id ? document.getElementById(`f-${path}`) : null
  question?.scrollIntoView({ block: 'center' })
  question?.querySelector<HTMLElement>('input, textarea, button')?.focus({ preventScroll: true })
  return question !== null
}

/** Opens the screen of a path. */
export function jump(record: OpenRecord, path: string, visit?: string): void {
  const id = record.id()
  const form = record.form.value
  beStrict(id)
  const [repeat = '', element, field] = path.split('/')
  if (element && isOfLines(record, repeat)) return go('line', id, repeat, 'show', element)
  want(path)
  if (element && field && !isApart(repeat)) return go('record', id, 'e', repeat, element)
  const section = form ? sectionOf(form, path)?.name : undefined
  if (visit === id) {
    const step = stepOf(section)
    if (step !== 'check') return replace('visit', id, step)
    takeWanted()
    document.getElementById(`f-${isApart(repeat) ? repeat : path}`)?.scrollIntoView({ block: 'center' })
    return
  }
  if (direct(id, path)) return void takeWanted()
  go('record', id, 's', section ?? '')
}
