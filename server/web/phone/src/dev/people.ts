// Made-up people and households for `?fake`: prefix 999999 is no place, no number belongs to anybody.
import type { Answers, Value } from '@engine/phone/api'
import { checkCharacter } from '@engine/form/codes'

type Member = Record<string, Value>
export const element = (n: number): string => n.toString(16).padStart(32, '0')
/** An identity number of no place, with a true check character. */
const id = (birth: string, order: number): string => { const body = `999999${birth}${String(order).padStart(3, '0')}`; return body + checkCharacter(body) }
const member = (name: string, relation: string, sex: string, birth: string, more: Member = {}): Member => ({
  name, relation, sex, id_no: id(birth, sex === '1' ? 11 : 12), ethnicity: '15', education: 'primary', health: 'healthy', labour: 'ordinary', resides: true, shares_budget: true, ...more,
})

/** Fields of a household and its members in order; the first is the head. */
export interface Home { fields: Answers; members: Member[] }
export const homes: Home[] = [
  { fields: { group_name: '三组', address: '坪上12号', phone: '13900000012', poverty_attribute: 'general', severity: 'moderate', severity_reason: '缺劳力，房屋漏雨', main_cause: 'illness', access_note: '水泥路到院坝，雨天滑', photo_permission: 'exterior_only', notice_version: '2015-1', notice_given_on: '2026-03-12', notice_mode: 'read_aloud' },
    members: [member('田大兴', '02', '1', '19540318', { health: 'chronic', labour: 'weak' }), member('杨桂英', '10', '2', '19571102', { health: 'chronic' }), member('田小勇', '20', '1', '19840721', { work_place: 'other_province', work_months: 10 }), member('田雨欣', '42', '2', '20140905', { education: 'primary', labour: 'none' })] },
  { fields: { group_name: '一组', address: '老屋基3号', poverty_attribute: 'allowance_poor', severity: 'severe', severity_reason: '独居', main_cause: 'disability' }, members: [member('冉启明', '02', '1', '19490214', { health: 'disabled', labour: 'lost' })] },
  { fields: { group_name: '三组', address: '坪上7号', phone: '13900000007', poverty_attribute: 'general', severity: 'light', main_cause: 'schooling' }, members: [member('李秀英', '02', '2', '19760830'), member('李浩', '20', '1', '20061212', { education: 'junior_high' }), member('李佳', '30', '2', '20100401')] },
  { fields: { group_name: '二组', address: '大坝1号', poverty_attribute: 'five_guarantee', severity: 'severe', main_cause: 'labour' }, members: [member('向玉珍', '02', '2', '19441015')] },
  { fields: { group_name: '四组', address: '水井湾9号', phone: '13900000009', poverty_attribute: 'general', severity: 'moderate', main_cause: 'skill' }, members: [member('龚国富', '02', '1', '19700616'), member('陈代芳', '10', '2', '19721119')] },
  { fields: { group_name: '五组', address: '黄泥垭口上行八百米老供销社背后第二栋木房左边一间', poverty_attribute: 'allowance_poor', severity: 'light', main_cause: 'transport' }, members: [member('欧阳阿依古丽·买买提', '02', '2', '19790612')] },
  { fields: { group_name: '二组', address: '大坝16号', poverty_attribute: 'general', severity: 'light', main_cause: 'capital' }, members: [member('谭正权', '02', '1', '19680109'), member('谭俊', '20', '1', '19950523')] },
]
export const people = [
  { id: element(0xa1), name: '向敏', roles: ['team_member' as const], areas: ['999999201003'] },
  { id: element(0xa2), name: '龚勇', roles: ['team_member' as const], areas: ['999999201003'] },
  { id: element(0xa3), name: '冉华', roles: ['team_leader' as const], areas: ['999999201003'] },
]
export const areas = [
  { code: '999999201000', name: '石桥镇', level: 'township' as const, parent: null },
  { code: '999999201003', name: '青山村', level: 'village' as const, parent: '999999201000' },
  { code: '999999201004', name: '白岩村', level: 'village' as const, parent: '999999201000' },
]
