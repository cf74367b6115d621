// What a screen may ask about a record, on the built-in forms.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Form } from '@schema/form'
import { display } from '../src/format'
import { fieldAt, sectionOf } from '../src/form'
import { inspect } from '../src/inspection'
import { cleanNumber, isMasked } from '../src/mask'

const form = (name: string): Form => JSON.parse(readFileSync(new URL(`../../../../mobile-schema/generated/forms/${name}.1.json`, import.meta.url), 'utf8')) as Form
const today = '2026-11-25'
const member = 'ab'.repeat(16)

describe('an inspected record', () => {
  it('hides the questions of a section that does not stand', () => {
    const visit = form('visit')
    expect(inspect(visit, { met: 'nobody' }, today).shown('topics')).toBe(false)
    expect(inspect(visit, { met: 'head' }, today).shown('topics')).toBe(true)
  })

  it('asks about an element by the answers of that element', () => {
    const household = form('household')
    const answers = { members: { [member]: { work_place: 'none' } } }
    expect(inspect(household, answers, today).shown(`members/${member}/work_months`)).toBe(false)
    answers.members[member] = { work_place: 'township' }
    expect(inspect(household, answers, today).shown(`members/${member}/work_months`)).toBe(true)
  })

  it('names every missing answer with a path that leads to a question', () => {
    for (const name of ['household', 'visit', 'trip', 'stay', 'difficulty', 'dispute']) {
      const one = form(name)
      for (const { path } of inspect(one, {}, today).findings) {
        expect(fieldAt(one, path), path).not.toBeNull()
        expect(sectionOf(one, path), path).not.toBeNull()
      }
    }
  })

  it('calculates for a screen what is never stored', () => {
    const answers = { members: { [member]: { id_no: '999999195403180116' } } }
    expect(inspect(form('household'), answers, today).calculated(`members/${member}/age`)).toBe(72)
  })
})

describe('a value in words', () => {
  it('never shows more of an identity number than its last four', () => {
    const field = fieldAt(form('household'), `members/${member}/id_no`)
    expect(display(field, '999999195403180116')).toBe('•••• 0116')
  })

  it('shows no more of an account, an old number and a card with a number in it', () => {
    for (const path of ['bank_account', `members/${member}/id_old`, `members/${member}/disability_card_no`]) {
      const field = fieldAt(form('household'), path)
      expect(field && isMasked(field), path).toBe(true)
      expect(display(field, '99999919540318011643'), path).toBe('•••• 1643')
    }
  })

  it('is stored without its spaces, an identity number with a capital X', () => {
    const household = form('household')
    const [card, account] = [fieldAt(household, `members/${member}/id_no`)!, fieldAt(household, 'bank_account')!]
    expect(cleanNumber(card, ' 999999 19540318 011x ')).toBe('99999919540318011X')
    expect(cleanNumber(account, '6229 9900 0111 2223 334')).toBe('6229990001112223334')
  })
})
