// What speaks for a record: photos, signatures, and the paper a household keeps.
import { describe, expect, it } from 'vitest'
import { addWords } from '@ui/i18n'
import zh from '../src/i18n/zh-CN.json'
import { pictured } from '../src/difference'
import { freshElements, photoHeading, photosOf, prompted, stateText } from '../src/photos/photo'
import { layOut } from '../src/records/lines'
import type { Answers, Attestation, Field, FileFinding, FileState, Form, RecordFile, Signing } from '../src/schema'
import { circumstances, others, standings, word } from '../src/signing/signing'
import { showValue } from '../src/value'
import { contentOf, digestOf } from '../src/versions/checksum'
import { slipOf, withoutNumbers } from '../src/versions/slip'

addWords({ 'zh-CN': zh, en: () => import('../src/i18n/en.json') })

const field = (name: string, type: Field['type'], more: Partial<Field> = {}): Field =>
  ({ name, type, label: { zh: `题-${name}`, en: name }, privacy: 'P1', ...more })
const formWith = (fields: Field[]): Form =>
  ({ name: 'visit', version: 1, title: { zh: '走访', en: 'Visit' }, sections: [{ name: 's', title: { zh: '节', en: 's' }, fields }] })

const subject = field('subject', 'select_one', { choices: [{ code: 'crop', label: { zh: '作物', en: 'Crop' } }] })
const form = formWith([field('photos', 'repeat', { fields: [subject, field('gallery_reason', 'text')] }), field('note', 'text')])
const photo = (n: number, more: Answers = {}): Answers => ({ file: String(n).repeat(64), bytes: 200, captured_at: n, subject: 'crop', source: 'in_app_camera', ...more })
const answers: Answers = { note: 'n', photos: { c: photo(3), a: photo(1, { deleted_at: '2026-11-02' }), b: photo(2, { gallery_reason: '补拍' }) } }
const file = (element: string, state: FileState, more: Partial<RecordFile> = {}): RecordFile => ({
  sha256: 'f'.repeat(64), path: `photos/${element}/file`, state, have: 0, bytes: 200, width: null, height: null, finding: null, detail: null, reused: [], ...more,
})

describe('photos', () => {
  it('stand in the order they were taken, those taken away last, in the words of the form', () => {
    const shown = photosOf(answers, [file('b', 'ready')], form)
    expect(shown.map((one) => [one.element, one.state, one.removed])).toEqual([['b', 'ready', null], ['c', 'missing', null], ['a', 'missing', '2026-11-02']])
    expect(shown[0]?.subject).toBe('作物')
    expect(shown[0]?.facts).toEqual([{ name: '题-subject', text: '作物' }, { name: '来源', text: 'in_app_camera' }, { name: '题-gallery_reason', text: '补拍' }])
  })
  it('are counted by what can be seen, and why the others cannot', () => {
    const one = (files: RecordFile[]): string => photoHeading(photosOf(answers, files, form))
    expect(one([file('b', 'ready')])).toBe('照片 1/2 · 1 待传 · 1 已移除')
    expect(one([file('b', 'stored'), file('c', 'refused')])).toBe('照片 0/2 · 1 处理中 · 1 不能显示 · 1 已移除')
  })
  it('on their way show how much of them has arrived', () => {
    const of = (state: FileState, more: Partial<RecordFile>) => stateText(photosOf({ photos: { b: photo(2) } }, [file('b', state, more)], form)[0]!)
    expect(of('receiving', { have: 99 })).toBe('正在传 49%')
    expect(of('receiving', { have: 500, bytes: null })).toBe('正在传 100%')
    expect(of('refused', { finding: 'polyglot' })).toBe('不能显示：夹带其他内容')
  })
  it('taken away before they were sent are no longer waited for', () => {
    expect(stateText(photosOf(answers, [], form).at(-1)!)).toBe('已移除，没有传来')
  })
  it('raise a question for a finding or another use, but not when taken away', () => {
    const reused = [{ record: 'r', title: '', month: '2015-10', distance: 0 }]
    const shown = photosOf(answers, [file('a', 'ready', { reused }), file('b', 'ready', { reused }), file('c', 'ready', { finding: 'not_permitted' })], form)
    expect(shown.map((one) => [one.element, prompted(one)])).toEqual([['b', true], ['c', true], ['a', false]])
  })
  it('that came since the last review are known by their file', () => {
    const differences = [{ path: 'photos/b/file', old: null, new: 'x' }, { path: 'photos/b/subject', old: null, new: 'crop' }, { path: 'photos/a/deleted_at', old: null, new: 'd' }]
    expect([...freshElements('photos', differences)]).toEqual(['b'])
  })
  it('and signatures are no rows of a table', () => {
    expect(['photos/b/file', 'attestations/x/stance', 'note', 'photos_note'].map(pictured)).toEqual([true, true, false, false])
    expect(layOut(form, answers, []).flatMap((block) => block.lines.map((line) => line.path))).toEqual(['note'])
  })
  it.each<FileFinding>(['not_a_picture', 'truncated', 'too_large', 'too_many_pixels', 'polyglot', 'wrong_type', 'too_slow', 'too_much_memory', 'not_strokes', 'not_permitted'])('have words for %s', (code) => {
    expect(Object.keys(zh)).toContain(`file.finding.${code}`)
  })
})

const attestation = (id: string, more: Partial<Attestation> = {}): Attestation => ({
  id, role: 'household_head', party: 'household', signer_name: '田大山', proxy_reason: null, stance: 'agree', method: 'finger_on_screen', literacy_aid: 'read_by_self', read_by: null,
  witness: null, remark: null, strokes: null, paper: null, signed_at: 1, received_at: 2, taken_by: '向敏', digest: 'd', code: 'D', covers: [], current: true, doubt: null, ...more,
})

describe('signatures', () => {
  const party = (name: string, id: string | null) => ({ name, label: { zh: name, en: name }, attestation: id })
  const signing: Signing = {
    state: 'partly', digest: 'd', code: 'D', changed_since: null,
    parties: [party('household', 'b'), party('team', null)],
    attestations: [attestation('c', { doubt: 'is_cadre' }), attestation('b'), attestation('a')],
  }
  it('stand for their parties in the order of the form; the others are kept apart', () => {
    expect(standings(signing).map(({ party, attestation }) => [party.name, attestation?.id ?? null])).toEqual([['household', 'b'], ['team', null]])
    expect(others(signing).map((one) => one.id)).toEqual(['c', 'a'])
  })
  it('say how they came about', () => {
    expect(circumstances(attestation('a'))).toEqual(['屏幕手写', '自己阅读'])
    expect(circumstances(attestation('a', { method: 'thumbprint_on_paper_photo', literacy_aid: 'read_aloud_by_person', read_by: '向敏', witness: '周组长' }))).toEqual(['纸上手印拍照', '由 向敏 宣读', '见证人 周组长'])
    expect(circumstances(attestation('a', { stance: 'refuse_to_sign', method: null, literacy_aid: null }))).toEqual([])
  })
  it('with a code newer than this desk show the code', () => {
    expect(word('stance', 'abstain')).toBe('abstain')
  })
})

describe('a signed version', () => {
  it('is checked by its own digest', async () => {
    const canonical = '{"content":{"note":"签"},"form":"visit/1","record":"ab","v":1}'
    expect(await digestOf(canonical)).toBe('4cc56a248744b6244ac522c01898f74cb3062b50b24cf581c14f3deef0a7114e')
    expect(contentOf(canonical)).toEqual({ note: '签' })
    expect(contentOf('{')).toBeUndefined()
  })
  it('shows values that were written side by side', () => {
    expect(showValue(field('m', 'money'), [100, 250])).toBe('1元 ／ 2.50元')
  })
})

describe('a slip', () => {
  const members = field('members', 'repeat', { fields: [field('name', 'text'), field('id_no', 'id_number'), field('health', 'text', { privacy: 'P3' })] })
  const household = formWith([field('address', 'text'), field('said', 'text', { privacy: 'P3' }), members])
  const content: Answers = {
    address: '上坝', said: '病了', later: 'kept',
    members: { a: { name: '甲', id_no: '999999190001010015', health: 'ill' }, b: { name: '乙', deleted_at: '2026-11-02' } },
  }
  it('carries no identity number, nothing of class P3 and nothing unknown, and says how much is missing', () => {
    const { blocks, left } = slipOf(layOut(household, content, []))
    expect(blocks.flatMap((block) => block.lines.map((line) => line.path))).toEqual(['address', 'members/a/name'])
    expect(left).toBe(4)
  })
  it('hides numbers of documents and cards that somebody wrote into a text, and no others', () => {
    expect(withoutNumbers('证号999999190001010015，旧号 999999000101001，卡 9999990200112233445')).toBe('证号••••，旧号 ••••，卡 ••••')
    expect(withoutNumbers('９９９９９９１９０００１０１００１ｘ；999999 19000101 001X')).toBe('••••；••••')
    const fine = '电话13800138000 13900139000，2026-11-24 08:45，长 14 位 12345678901234'
    expect(withoutNumbers(fine)).toBe(fine)
  })
})
