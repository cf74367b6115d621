// A record in plain sentences, to be read aloud to the household before it signs. Always Chinese: it is
// for the household, not for who holds the phone. No number of a card or an account is spoken or printed.
import { ATTESTATIONS, type Content } from '../document/content'
import { readSheet, sheetSentences } from '../dossier/sheet'
import { elements } from '../form/answers'
import { formatHundredths } from '../form/codes'
import { isRelevant, rootScope, type Scope } from '../form/expression'
import { standing } from '../form/lines'
import type { Field, Form } from '../schema'
import type { Answers, Held, Value } from './api'

/** Names by id: people, members, areas. */
export type NameOf = (id: string) => string | null

/** Never read out, besides what is masked: exact places, which line a line corrects, and what the writer was asked. */
const UNSAID = new Set(['geo_home', 'location', 'supersedes', 'prompts'])
const SILENT = new Set(['note', 'calculated', 'id_number', 'file'])
/** Said without the question: the answer is clear by itself. */
const PLAIN = new Set(['name', 'relation', 'sex', 'what', 'item'])
/** Sources of a line that are nobody's word: starred wherever shown. */
const ESTIMATES = new Set<unknown>(['cadre_estimate', 'standard_ratio'])

/** A version of a record, and who is who in it. */
export interface Telling { form: Form; content: Content; answers: Answers; today: string; nameOf: NameOf }

/** One sentence a line. */
export function sentences(telling: Telling): string[] {
  const scope = rootScope(telling.answers, telling.today)
  return telling.form.sections
    .filter((section) => isRelevant(section.relevant, scope))
    .flatMap((section) => section.fields)
    .filter((field) => field.name !== ATTESTATIONS && isSaid(field) && isRelevant(field.relevant, scope))
    .flatMap((field) => (field.type === 'repeat' ? list(telling, field, scope) : single(telling, field)))
}

/** The same for a slip of paper that others may see: nothing sensitive, of lists only who or what. */
export function slipLines(telling: Telling): string[] {
  const scope = rootScope(telling.answers, telling.today)
  return telling.form.sections
    .filter((section) => isRelevant(section.relevant, scope))
    .flatMap((section) => section.fields)
    .filter((field) => field.name !== ATTESTATIONS && isPrinted(field) && isRelevant(field.relevant, scope))
    .flatMap((field) => (field.type === 'repeat' ? names(telling, field) : single(telling, field)))
}

function isPrinted(field: Field): boolean {
  return field.privacy !== 'P3' && isSaid(field) && field.type !== 'phone'
}

function names({ content, answers, nameOf }: Telling, field: Field): string[] {
  const held = content[field.name]
  const first = (field.fields ?? []).find((one) => one.type === 'text' && isPrinted(one))
  if (!isMap(held)) return []
  const ids = shownIn(field, answers)
  const said = first ? ids.flatMap((id) => (held[id]?.[first.name] === undefined ? [] : words(first, held[id][first.name] ?? null, nameOf))) : []
  return ids.length === 0 ? [] : [`${field.label.zh}${ids.length}${field.name === 'members' ? '人' : '项'}${said.length > 0 ? `：${said.join('、')}` : ''}。`]
}

function isSaid(field: Field): boolean {
  const isLink = field.type === 'record_ref' && field.target !== 'person' && field.target !== 'member'
  return !UNSAID.has(field.name) && !SILENT.has(field.type) && !field.masked && !isLink
}

function single({ content, nameOf }: Telling, field: Field): string[] {
  const held = content[field.name]
  const sheet = field.name === 'sheet' ? readSheet(held) : null
  if (sheet) return sheetSentences(sheet)
  return held === undefined || isMap(held) ? [] : [`${field.label.zh}：${words(field, held, nameOf)}。`]
}

function list({ content, answers, nameOf }: Telling, field: Field, scope: Scope): string[] {
  const held = content[field.name]
  const shown = shownIn(field, answers)
  if (!isMap(held) || shown.length === 0) return []
  const inner = (field.fields ?? []).filter(isSaid)
  if (field.fields?.some((one) => one.type === ('file' as Field['type']))) return [`${field.label.zh}：${shown.length}张。`]
  const rows = shown.map((id, at) => {
    const element = held[id] ?? {}
    const inside = { ...scope, element }
    const parts = inner
      .filter((one) => element[one.name] !== undefined && isRelevant(one.relevant, inside))
      .map((one) => part(one, element[one.name] ?? null, nameOf))
    return `${at + 1}、${ESTIMATES.has(element['source']) ? '★' : ''}${parts.join('，')}。`
  })
  return [`${field.label.zh}${shown.length}${field.name === 'members' ? '人' : '项'}：`, ...rows]
}

/** Elements that count, of members the head first. */
function shownIn(field: Field, answers: Answers): string[] {
  const all = field.immutable ? standing(answers, field.name) : elements(answers, field.name)
  const isHead = ([id, of]: (typeof all)[number]): boolean => id === answers['head_member_id'] || of['relation'] === '02'
  return (field.name === 'members' ? [...all].sort((a, b) => Number(isHead(b)) - Number(isHead(a))) : all).map(([id]) => id)
}

const isMap = (held: unknown): held is { [element: string]: { [field: string]: Held } } => typeof held === 'object' && held !== null && !Array.isArray(held)

/** One answer inside a list: 男 · 常住 · 没有参加大病保险 · 文化程度小学. */
function part(field: Field, held: Held, nameOf: NameOf): string {
  const label = field.label.zh
  if (typeof held !== 'boolean') return `${PLAIN.has(field.name) ? '' : label}${words(field, held, nameOf)}`
  const [what, not] = label.startsWith('是否') ? [label.slice(2), '不'] : [label, '没有']
  return held ? what : `${not}${what}`
}

function words(field: Field, held: Held, nameOf: NameOf): string {
  return (Array.isArray(held) ? held : [held]).map((value) => word(field, value, nameOf)).join('，或者')
}

function word(field: Field, value: Value, nameOf: NameOf): string {
  if (value === null || value === '') return '空白'
  if (typeof value === 'boolean') return value ? '是' : '否'
  const text = String(value)
  const choice = (code: string): string => field.choices?.find((one) => one.code === code)?.label.zh ?? code
  switch (field.type) {
    case 'money': return typeof value === 'number' ? `${formatHundredths(value)}元` : text
    case 'area': return typeof value === 'number' ? `${formatHundredths(value)}亩` : text
    case 'select_one': return choice(text)
    case 'select_many': return text.split(' ').map(choice).join('、')
    case 'date': return spokenDay(text)
    case 'member_ref': case 'record_ref': case 'area_code': return nameOf(text) ?? '（查不到名字）'
    case 'record_refs': return text.split(' ').map((id) => nameOf(id) ?? '（查不到名字）').join('、')
    default: return text
  }
}

function spokenDay(iso: string): string {
  const [year = '', month = '', day = ''] = iso.split('-')
  return day === '' ? iso : `${year}年${Number(month)}月${Number(day)}日`
}
