// The way to a signature: which steps it has, what each still wants, and what the engine is asked in the end.
import { describe, expect, it } from 'vitest'
import { confirmationOf, isAnswered, nothingChosen, requestOf, stepsOf, type Choice } from '../src/signing/choice'

const ME = { id: 'm1', name: '向敏' }
const choice = (more: Partial<Choice> = {}): Choice => ({ ...nothingChosen(), role: 'household_head', member: 'e1', name: '田大兴', ...more })

describe('the steps', () => {
  it('end on the pad, on paper, or with the stance of who refuses', () => {
    expect(stepsOf(choice({ how: 'finger_on_screen' }))).toEqual(['who', 'how', 'aloud', 'stance', 'pad'])
    expect(stepsOf(choice({ how: 'thumbprint_on_paper_photo' })).at(-1)).toBe('paper')
    expect(stepsOf(choice({ how: 'refuse', stance: 'refuse_to_sign' }))).toEqual(['who', 'how', 'stance'])
    expect(stepsOf(choice({ how: 'finger_on_screen', stance: 'refuse_to_sign' })).at(-1)).toBe('stance')
  })

  it('want a reason of a proxy and a name in office', () => {
    expect(isAnswered('who', choice(), ME)).toBe(true)
    expect(isAnswered('who', choice({ role: 'adult_member_proxy' }), ME)).toBe(false)
    expect(isAnswered('who', choice({ role: 'adult_member_proxy', proxyReason: 'illness' }), ME)).toBe(true)
    expect(isAnswered('who', choice({ role: 'village_or_group_cadre', name: ' ' }), ME)).toBe(false)
  })

  it('want a reader and, of who wrote it or for a thumbprint, a witness who is neither', () => {
    const aloud = (more: Partial<Choice>): boolean => isAnswered('aloud', choice({ how: 'finger_on_screen', ...more }), ME)
    expect(aloud({})).toBe(false)
    expect(aloud({ aid: 'read_by_self' })).toBe(true)
    const other = { aid: 'read_aloud_by_person', readBy: '龚勇', readByPerson: 'm2' }
    expect(aloud({ ...other, readBy: '' })).toBe(false)
    expect(aloud(other)).toBe(true)
    const own = { aid: 'read_aloud_by_person', readBy: '向敏', readByPerson: 'm1' }
    expect(aloud(own)).toBe(false)
    for (const witness of ['向敏', '田大兴', ' ']) expect(aloud({ ...own, witness }), witness).toBe(false)
    expect(aloud({ ...own, witness: '杨桂英' })).toBe(true)
    expect(aloud({ how: 'thumbprint_on_paper_photo', aid: 'read_by_self' })).toBe(false)
    expect(isAnswered('aloud', choice({ role: 'resident_team', how: 'finger_on_screen' }), ME)).toBe(true)
  })

  it('want words of whoever does not simply agree, and none of who refuses', () => {
    expect(isAnswered('stance', choice({ stance: 'disagree' }), ME)).toBe(false)
    expect(isAnswered('stance', choice({ stance: 'disagree', remark: '地不对' }), ME)).toBe(true)
    expect(isAnswered('stance', choice({ stance: 'refuse_to_sign' }), ME)).toBe(true)
  })
})

describe('what the engine is asked', () => {
  const nothing = { strokes: null, paper: null }
  it('has nothing of a path not taken', () => {
    const asked = requestOf(choice({ how: 'finger_on_screen', aid: 'read_by_self', readBy: '向敏', readByPerson: 'm1', witness: '某', stance: 'agree', remark: '地不对', proxyReason: 'illness' }), nothing, 'd', ME)
    expect(asked).toMatchObject({ method: 'finger_on_screen', literacyAid: 'read_by_self', readBy: null, readByPerson: null, witness: null, remark: null, proxyReason: null, digest: 'd' })
    const refused = requestOf(choice({ how: 'finger_on_screen', aid: 'read_by_self', stance: 'refuse_to_sign', remark: ' ' }), nothing, 'd', ME)
    expect(refused).toMatchObject({ method: null, literacyAid: null, remark: null, stance: 'refuse_to_sign' })
    expect(requestOf(choice({ role: 'resident_team', member: null, person: 'm1', how: 'paper_scan', aid: 'read_by_self', stance: 'agree' }), nothing, 'd', ME)).toMatchObject({ literacyAid: null, signerPerson: 'm1' })
  })

  it('answers how the household confirmed', () => {
    expect(confirmationOf(choice({ how: 'finger_on_screen', stance: 'disagree' }))).toBe('signature')
    expect(confirmationOf(choice({ how: 'thumbprint_on_paper_photo' }))).toBe('thumb_on_paper')
    expect(confirmationOf(choice({ how: 'finger_on_screen', stance: 'refuse_to_sign' }))).toBe('declined')
  })
})
