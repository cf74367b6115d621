// The sentences of findings that no form has to write. The twin of `mobile-schema/src/check/message.rs`;
// the check vectors compare them word by word.
import type { Label } from '@schema/form'
import { formatHundredths, type IdNumberFault } from './codes'

const label = (zh: string, en: string): Label => ({ zh, en })

export const notARecord = label('记录内容无法识别', 'The record cannot be read')
export const notARepeat = label('列表内容无法识别', 'The list cannot be read')
export const notAnElement = label('列表中有一项无法识别', 'An entry of the list cannot be read')
export const disputed = label('同一项有不止一个更正，请撤回不对的', 'One entry was corrected more than once: take back what is not right')
export const required = label('请填写此项', 'Please answer this')
export const notOfType = label('填写内容的类型不对', 'The answer has the wrong type')
export const notAChoice = label('不是可选的选项', 'Not one of the choices')
export const notADate = label('不是真实的日期', 'Not a real date')
export const notAMonth = label('不是真实的月份', 'Not a real month')
export const notATime = label('不是真实的时间', 'Not a real time')
export const notAPhone = label('电话号码格式不对', 'Not a telephone number')
export const notAnAreaCode = label('区划代码应为12位数字', 'An area code has 12 digits')
export const notAFile = label('不是文件的标识', 'Not the name of a file')
export const pointsNowhere = label('所指的人或记录不存在', 'What this points to does not exist')

export const notAnIdNumber: Record<IdNumberFault, Label> = {
  shape: label('身份证号应为18位', 'An ID number has 18 characters'),
  birth: label('身份证号中的出生日期不对', 'The birth date in the ID number is not possible'),
  check: label('身份证号校验码不对', 'The check character of the ID number is wrong'),
}

export const tooMany = (limit: number): Label => label(`最多${limit}项`, `At most ${limit} entries`)
export const tooManyBytes = (limit: number): Label =>
  label(`内容过长，最多${limit}字节`, `Too long, at most ${limit} bytes`)
export const tooShort = (limit: number): Label => label(`至少${limit}个字`, `At least ${limit} characters`)
export const tooLong = (limit: number): Label => label(`最多${limit}个字`, `At most ${limit} characters`)

/** How a limit is written: as it is, or with two decimals (fen, hundredths of a mu). */
export type Unit = 'one' | 'hundredth'

const write = (limit: number, unit: Unit): string => (unit === 'one' ? String(limit) : formatHundredths(limit))
export const tooSmall = (limit: number, unit: Unit): Label =>
  label(`不能小于${write(limit, unit)}`, `Not less than ${write(limit, unit)}`)
export const tooLarge = (limit: number, unit: Unit): Label =>
  label(`不能大于${write(limit, unit)}`, `Not more than ${write(limit, unit)}`)
