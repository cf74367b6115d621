// Made by `cargo run -p bidao-schema --bin gen` from the Rust types. Do not edit.
// Answers as JSON, one interface for each built-in form and for the elements of its repeats.

/** 家庭成员 */
export interface HouseholdMembersElement {
  /** Set when the element was removed; a date. */
  deleted_at?: string | null
  /** 姓名 */
  name?: string | null
  /** 与户主关系 */
  relation?: '02' | '10' | '20' | '30' | '38' | '28' | '41' | '42' | '43' | '44' | '51' | '52' | '53' | '54' | '55' | '56' | '61' | '62' | '63' | '64' | '70' | '97' | '99' | null
  /** 性别 */
  sex?: '1' | '2' | '0' | '9' | null
  /** 公民身份号码 */
  id_no?: string | null
  /** 无身份证号的情形 */
  id_status?: 'none_yet' | 'lost' | 'military' | 'other' | null
  /** 说明 */
  id_status_reason?: string | null
  /** 旧身份证号(15位) */
  id_old?: string | null
  /** 残疾证号 */
  disability_card_no?: string | null
  /** 出生日期 */
  birth_date?: string | null
  /** 民族 */
  ethnicity?: '15' | '06' | '01' | '02' | '03' | '04' | '05' | '07' | '08' | '09' | '10' | '11' | '12' | '13' | '14' | '16' | '17' | '18' | '19' | '20' | '21' | '22' | '23' | '24' | '25' | '26' | '27' | '28' | '29' | '30' | '31' | '32' | '33' | '34' | '35' | '36' | '37' | '38' | '39' | '40' | '41' | '42' | '43' | '44' | '45' | '46' | '47' | '48' | '49' | '50' | '51' | '52' | '53' | '54' | '55' | '56' | null
  /** 文化程度 */
  education?: 'preschool' | 'illiterate' | 'primary' | 'junior_high' | 'senior_high' | 'college' | null
  /** 在校生状况 */
  student_status?: 'none' | 'preschool' | 'primary' | 'grade_7' | 'grade_8' | 'grade_9' | 'senior_1' | 'senior_2' | 'senior_3' | 'vocational_1' | 'vocational_2' | 'vocational_3' | 'junior_college' | 'university' | null
  /** 义务教育阶段辍学 */
  dropout?: boolean | null
  /** 辍学原因 */
  dropout_reason?: string | null
  /** 健康状况, codes separated by spaces */
  health?: string | null
  /** 残疾类别 */
  disability_type?: '61' | '62' | '63' | '64' | '65' | '66' | '67' | '69' | null
  /** 残疾等级 */
  disability_grade?: '1' | '2' | '3' | '4' | null
  /** 劳动能力 */
  labour?: 'ordinary' | 'skilled' | 'weak' | 'lost' | 'none' | null
  /** 务工区域 */
  work_place?: 'none' | 'township' | 'county' | 'province' | 'country' | 'abroad' | null
  /** 务工时间(月) */
  work_months?: number | null
  /** 参加新农合/居民医保 */
  medical_insurance?: boolean | null
  /** 参保档次 */
  insurance_tier?: '1' | '2' | null
  /** 缴费年度 */
  insurance_paid_year?: number | null
  /** 参加大病保险 */
  serious_illness_insurance?: boolean | null
  /** 参加城乡居民养老保险 */
  pension_insurance?: boolean | null
  /** 低保人口 */
  subsistence_allowance?: boolean | null
  /** 低保类别 */
  allowance_class?: 'a' | 'b' | 'c' | null
  /** 是否常住 */
  resides?: boolean | null
  /** 共同生活共享开支 */
  shares_budget?: boolean | null
  /** 增加原因 */
  joined_reason?: 'birth' | 'marriage_in' | 'returned' | 'merged' | 'omitted_before' | 'other' | null
  /** 增加时间 */
  joined_on?: string | null
  /** 减少原因 */
  left_reason?: 'death' | 'marriage_out' | 'moved' | 'split_household' | 'army' | 'prison' | 'other' | null
  /** 减少时间 */
  left_on?: string | null
}

/** 签名确认 */
export interface HouseholdAttestationsElement {
  /** Set when the element was removed; a date. */
  deleted_at?: string | null
  /** 表单版本 */
  form?: string | null
  /** 所签内容的标识 */
  content_digest?: string | null
  /** 签名人身份 */
  role?: 'household_head' | 'adult_member_proxy' | 'village_or_group_cadre' | 'resident_team' | 'town' | 'linked_leader' | 'visitor' | null
  /** 签名人 */
  signer_name?: string | null
  /** 家庭成员 */
  signer_member?: string | null
  /** 工作人员 */
  signer_person?: string | null
  /** 代签原因 */
  proxy_reason?: 'absent_for_work' | 'illness' | 'disability' | 'other' | null
  /** 意见 */
  stance?: 'agree' | 'agree_with_remark' | 'disagree' | 'refuse_to_sign' | null
  /** 签名方式 */
  method?: 'finger_on_screen' | 'thumbprint_on_paper_photo' | 'paper_scan' | null
  /** 是否宣读 */
  literacy_aid?: 'read_by_self' | 'read_aloud_by_person' | 'read_aloud_by_device' | null
  /** 宣读人 */
  read_by?: string | null
  /** 宣读人(工作人员) */
  read_by_person?: string | null
  /** 见证人 */
  witness?: string | null
  /** 附言 */
  remark?: string | null
  /** 笔迹, SHA-256 of a file */
  strokes?: string | null
  /** 纸质签名照片, SHA-256 of a file */
  paper?: string | null
  /** 签名时间(毫秒) */
  signed_at?: number | null
}

/** 农户, `household/1` */
export interface HouseholdAnswers {
  /** 户编号 */
  household_no?: string | null
  /** 国家系统户编号 */
  ext_no?: string | null
  /** 行政区划 */
  area_code?: string | null
  /** 系统内/系统外 */
  in_system?: 'in' | 'outside' | null
  /** 识别标准 */
  recognition_standard?: 'national' | 'provincial' | 'city' | null
  /** 首次识别时间 */
  first_identified_on?: string | null
  /** 计划越线年度 */
  planned_exit_year?: number | null
  /** 户状态 */
  status?: 'outside' | 'registered' | 'planned_exit' | 'pre_accepted' | 'publicity' | 'crossed' | 'returned' | 'disputed' | 'removed' | null
  /** 村民小组/社 */
  group_name?: string | null
  /** 家庭住址 */
  address?: string | null
  /** 联系电话 */
  phone?: string | null
  /** 电话是谁的 */
  phone_owner?: string | null
  /** 住房位置 */
  geo_home?: string | null
  /** 到户路况 */
  access_note?: string | null
  /** 手机信号 */
  signal?: 'none' | '2g' | '3g_up' | null
  /** 家庭成员 */
  members?: Record<string, HouseholdMembersElement> | null
  /** 户主 */
  head_member_id?: string | null
  /** 住房面积(平方米) */
  house_area?: number | null
  /** 房屋结构 */
  house_structure?: 'reinforced_concrete' | 'brick_concrete' | 'brick_wood' | 'adobe' | 'other' | null
  /** 建房年份 */
  built_year?: number | null
  /** 危房等级 */
  danger_grade?: 'a' | 'b' | 'c' | 'd' | null
  /** 评级依据 */
  danger_source?: string | null
  /** 饮水来源 */
  water_source?: 'purified_tap' | 'protected_spring' | 'unprotected_spring' | 'surface' | 'rain' | 'bottled' | 'other' | null
  /** 饮水是否安全 */
  water_safe?: boolean | null
  /** 通生活用电 */
  electricity?: boolean | null
  /** 通广播电视 */
  radio_tv?: boolean | null
  /** 入户路类型 */
  road_type?: 'mud' | 'gravel' | 'cement' | 'asphalt' | null
  /** 距主干路(米) */
  main_road_metres?: number | null
  /** 厕所 */
  toilet?: 'flush' | 'dry' | 'none' | null
  /** 耕地(亩), 1/100 mu */
  cultivated?: number | null
  /** 有效灌溉(亩), 1/100 mu */
  irrigated?: number | null
  /** 林地(亩), 1/100 mu */
  forest?: number | null
  /** 退耕还林(亩), 1/100 mu */
  returned_forest?: number | null
  /** 加入专业合作社 */
  coop_member?: boolean | null
  /** 合作社名称 */
  coop_name?: string | null
  /** 贫困户属性 */
  poverty_attribute?: 'general' | 'allowance' | 'five_guarantee' | 'allowance_poor' | null
  /** 贫困程度 */
  severity?: 'severe' | 'moderate' | 'light' | null
  /** 程度判断依据 */
  severity_reason?: string | null
  /** 主要致贫原因 */
  main_cause?: 'illness' | 'disability' | 'schooling' | 'disaster' | 'land' | 'water' | 'skill' | 'labour' | 'capital' | 'transport' | 'motivation' | 'other' | null
  /** 其他致贫原因, codes separated by spaces */
  other_causes?: string | null
  /** 致贫原因说明 */
  cause_note?: string | null
  /** 开户银行 */
  bank_name?: string | null
  /** 银行账号 */
  bank_account?: string | null
  /** 告知书版本 */
  notice_version?: string | null
  /** 告知日期 */
  notice_given_on?: string | null
  /** 告知方式 */
  notice_mode?: 'read_aloud' | 'paper' | 'both' | null
  /** 拍照意愿 */
  photo_permission?: 'none' | 'exterior_only' | 'interior_ok' | null
  /** 签名确认 */
  attestations?: Record<string, HouseholdAttestationsElement> | null
}

/** 到村记录, `trip/1` */
export interface TripAnswers {
  /** 到村人员 */
  person?: string | null
  /** 当时身份 */
  role_at_time?: 'district_leader' | 'dept_head' | 'team_member' | 'team_leader' | 'other' | null
  /** 所到村居 */
  village_code?: string | null
  /** 到村日期 */
  occurred_on?: string | null
  /** 到村时间 */
  arrive_at?: string | null
  /** 离村时间 */
  leave_at?: string | null
  /** 当晚住村 */
  lodged?: boolean | null
  /** 到村事由, codes separated by spaces */
  purpose?: string | null
  /** 同行人员, record ids separated by spaces */
  companions?: string | null
  /** 交通方式 */
  transport?: 'walk' | 'motorcycle' | 'bus' | 'own_car' | 'official_car' | 'other' | null
  /** 位置记录方式 */
  location_mode?: 'none' | 'coarse' | 'precise' | null
  /** 位置 */
  location?: string | null
  /** 可供核对的材料, codes separated by spaces */
  evidence_kinds?: string | null
  /** 村组确认人 */
  confirmed_by?: string | null
  /** 备注 */
  note?: string | null
}

/** 承诺事项 */
export interface VisitCommitmentsElement {
  /** Set when the element was removed; a date. */
  deleted_at?: string | null
  /** 承诺什么 */
  what?: string | null
  /** 谁负责 */
  by_whom?: string | null
  /** 何时完成 */
  by_when?: string | null
}

/** 照片 */
export interface VisitPhotosElement {
  /** Set when the element was removed; a date. */
  deleted_at?: string | null
  /** 照片文件, SHA-256 of a file */
  file?: string | null
  /** 格式 */
  mime?: 'jpeg' | 'webp' | 'png' | null
  /** 大小(字节) */
  bytes?: number | null
  /** 宽(像素) */
  width?: number | null
  /** 高(像素) */
  height?: number | null
  /** 拍摄时间(毫秒) */
  captured_at?: number | null
  /** 来源 */
  source?: 'in_app_camera' | 'gallery' | null
  /** 从相册选取的原因 */
  gallery_reason?: string | null
  /** 拍的是什么 */
  subject?: 'exterior' | 'interior' | 'crop' | 'animal' | 'water' | 'road' | 'document' | 'meeting' | 'other' | null
  /** 照片里有人吗 */
  people_visible?: 'none' | 'adult' | 'child_blurred' | null
}

/** 签名确认 */
export interface VisitAttestationsElement {
  /** Set when the element was removed; a date. */
  deleted_at?: string | null
  /** 表单版本 */
  form?: string | null
  /** 所签内容的标识 */
  content_digest?: string | null
  /** 签名人身份 */
  role?: 'household_head' | 'adult_member_proxy' | 'village_or_group_cadre' | 'resident_team' | 'town' | 'linked_leader' | 'visitor' | null
  /** 签名人 */
  signer_name?: string | null
  /** 家庭成员 */
  signer_member?: string | null
  /** 工作人员 */
  signer_person?: string | null
  /** 代签原因 */
  proxy_reason?: 'absent_for_work' | 'illness' | 'disability' | 'other' | null
  /** 意见 */
  stance?: 'agree' | 'agree_with_remark' | 'disagree' | 'refuse_to_sign' | null
  /** 签名方式 */
  method?: 'finger_on_screen' | 'thumbprint_on_paper_photo' | 'paper_scan' | null
  /** 是否宣读 */
  literacy_aid?: 'read_by_self' | 'read_aloud_by_person' | 'read_aloud_by_device' | null
  /** 宣读人 */
  read_by?: string | null
  /** 宣读人(工作人员) */
  read_by_person?: string | null
  /** 见证人 */
  witness?: string | null
  /** 附言 */
  remark?: string | null
  /** 笔迹, SHA-256 of a file */
  strokes?: string | null
  /** 纸质签名照片, SHA-256 of a file */
  paper?: string | null
  /** 签名时间(毫秒) */
  signed_at?: number | null
}

/** 入户走访, `visit/1` */
export interface VisitAnswers {
  /** 农户 */
  household?: string | null
  /** 到村记录 */
  trip?: string | null
  /** 走访类型 */
  visit_type?: 'routine' | 'survey' | 'income' | 'agreement' | 'card' | 'dispute' | 'acceptance' | 'post_exit' | 'phone' | 'with_leader' | null
  /** 走访日期 */
  occurred_on?: string | null
  /** 开始时间 */
  start_at?: string | null
  /** 结束时间 */
  end_at?: string | null
  /** 走访人员, record ids separated by spaces */
  visitors?: string | null
  /** 见到了谁 */
  met?: 'head' | 'adult' | 'minor' | 'nobody' | null
  /** 摸底结果 */
  survey_outcome?: 'visited' | 'absent' | 'refused' | 'moved' | null
  /** 位置记录方式 */
  location_mode?: 'none' | 'coarse' | 'precise' | null
  /** 位置 */
  location?: string | null
  /** 做了哪些工作, codes separated by spaces */
  activity_types?: string | null
  /** 谈到的事, codes separated by spaces */
  topics?: string | null
  /** 农户怎么说 */
  what_household_said?: string | null
  /** 农户说的全年家庭纯收入, fen */
  income_as_told?: number | null
  /** 承诺事项 */
  commitments?: Record<string, VisitCommitmentsElement> | null
  /** 照片 */
  photos?: Record<string, VisitPhotosElement> | null
  /** 农户确认 */
  household_confirmation?: 'signature' | 'code_by_sms' | 'thumb_on_paper' | 'declined' | 'absent' | null
  /** 下次走访日期 */
  next_visit_on?: string | null
  /** 占用农户时间(分钟) */
  burden_minutes?: number | null
  /** 备注 */
  note?: string | null
  /** 签名确认 */
  attestations?: Record<string, VisitAttestationsElement> | null
}

/** 住村记录, `stay/1` */
export interface StayAnswers {
  /** 住村人员 */
  person?: string | null
  /** 村居 */
  village_code?: string | null
  /** 日期 */
  occurred_on?: string | null
  /** 当晚住村 */
  lodged?: boolean | null
  /** 来源 */
  source?: 'self' | 'trip' | 'leader' | null
  /** 村组确认人 */
  confirmed_by?: string | null
  /** 备注 */
  note?: string | null
}

/** 照片 */
export interface DifficultyPhotosElement {
  /** Set when the element was removed; a date. */
  deleted_at?: string | null
  /** 照片文件, SHA-256 of a file */
  file?: string | null
  /** 格式 */
  mime?: 'jpeg' | 'webp' | 'png' | null
  /** 大小(字节) */
  bytes?: number | null
  /** 宽(像素) */
  width?: number | null
  /** 高(像素) */
  height?: number | null
  /** 拍摄时间(毫秒) */
  captured_at?: number | null
  /** 来源 */
  source?: 'in_app_camera' | 'gallery' | null
  /** 从相册选取的原因 */
  gallery_reason?: string | null
  /** 拍的是什么 */
  subject?: 'exterior' | 'interior' | 'crop' | 'animal' | 'water' | 'road' | 'document' | 'meeting' | 'other' | null
  /** 照片里有人吗 */
  people_visible?: 'none' | 'adult' | 'child_blurred' | null
}

/** 具体困难, `difficulty/1` */
export interface DifficultyAnswers {
  /** 农户 */
  household?: string | null
  /** 来自走访 */
  visit?: string | null
  /** 困难类别 */
  category?: 'medical' | 'schooling' | 'employment' | 'industry' | 'relocation' | 'other' | null
  /** 提出日期 */
  raised_on?: string | null
  /** 提出人 */
  raised_by?: string | null
  /** 困难情况 */
  description?: string | null
  /** 责任人 */
  owner_person?: string | null
  /** 计划解决日期 */
  due_on?: string | null
  /** 进展 */
  state?: 'raised' | 'accepted' | 'in_progress' | 'solved' | 'cannot_solve' | 'withdrawn' | null
  /** 解决措施或原因 */
  solution?: string | null
  /** 解决日期 */
  solved_on?: string | null
  /** 农户是否认可 */
  household_confirms?: 'yes' | 'no' | 'not_asked' | null
  /** 未认可的原因 */
  no_confirm_reason?: string | null
  /** 受益人数(人) */
  beneficiary_unique_persons?: number | null
  /** 受益人次(人次) */
  beneficiary_person_times?: number | null
  /** 照片 */
  photos?: Record<string, DifficultyPhotosElement> | null
}

/** 收支明细 */
export interface IncomeLinesElement {
  /** Set when the element was removed; a date. */
  deleted_at?: string | null
  /** 项目 */
  item?: 'wage_migrant' | 'wage_local' | 'wage_public_post' | 'wage_formal' | 'business_grain' | 'business_vegetable' | 'business_pepper' | 'business_fruit' | 'business_tobacco' | 'business_silkworm' | 'business_herb' | 'business_pig' | 'business_cattle' | 'business_goat' | 'business_poultry' | 'business_egg' | 'business_bee' | 'business_forestry' | 'business_fishing' | 'business_trade' | 'business_transport' | 'business_craft' | 'business_tourism' | 'business_other' | 'expense_seed' | 'expense_fertiliser' | 'expense_feed' | 'expense_young_stock' | 'expense_vaccine' | 'expense_labour' | 'expense_machinery' | 'expense_transport' | 'expense_land_rent' | 'expense_depreciation' | 'expense_tax' | 'expense_other' | 'property_land_rent' | 'property_forest_rent' | 'property_house_rent' | 'property_interest' | 'property_dividend' | 'transfer_allowance' | 'transfer_five_guarantee' | 'transfer_pension' | 'transfer_family_planning' | 'transfer_ecology' | 'transfer_farm_subsidy' | 'transfer_disability' | 'transfer_support' | 'transfer_other' | 'oneoff_consolation' | 'oneoff_relief' | 'oneoff_donation' | 'oneoff_medical' | 'oneoff_illness_aid' | 'oneoff_education' | 'oneoff_housing' | 'oneoff_stock' | 'oneoff_loan' | 'oneoff_insurance' | null
  /** 家庭成员 */
  member?: string | null
  /** 数量 */
  quantity?: number | null
  /** 单位 */
  unit?: string | null
  /** 单价, fen */
  unit_price?: number | null
  /** 金额, fen */
  amount?: number | null
  /** 金额与数量×单价不同的原因 */
  amount_reason?: string | null
  /** 种植面积(亩), 1/100 mu */
  planted?: number | null
  /** 哪种牲畜 */
  animal?: 'pig' | 'cattle' | 'goat' | 'poultry' | 'bee' | null
  /** 去向 */
  disposal?: 'sold' | 'self_consumed' | 'advance_goods' | null
  /** 依据, codes separated by spaces */
  evidence?: string | null
  /** 来源 */
  source?: 'household' | 'cadre_estimate' | 'standard_ratio' | 'department_import' | null
  /** 说明 */
  note?: string | null
  /** 更正 */
  supersedes?: string | null
}

/** 牲畜存栏 */
export interface IncomeStockElement {
  /** Set when the element was removed; a date. */
  deleted_at?: string | null
  /** 哪种牲畜 */
  animal?: 'pig' | 'cattle' | 'goat' | 'poultry' | 'bee' | null
  /** 月初存栏 */
  start?: number | null
  /** 本月新生 */
  born?: number | null
}

/** 核对提示 */
export interface IncomePromptsElement {
  /** Set when the element was removed; a date. */
  deleted_at?: string | null
  /** 提示 */
  rule?: string | null
  /** 明细 */
  line?: string | null
  /** 提示内容 */
  said?: string | null
  /** 处理 */
  answer?: 'as_entered' | 'corrected' | 'household_confirms' | null
  /** 处理人 */
  person?: string | null
}

/** 照片 */
export interface IncomePhotosElement {
  /** Set when the element was removed; a date. */
  deleted_at?: string | null
  /** 照片文件, SHA-256 of a file */
  file?: string | null
  /** 格式 */
  mime?: 'jpeg' | 'webp' | 'png' | null
  /** 大小(字节) */
  bytes?: number | null
  /** 宽(像素) */
  width?: number | null
  /** 高(像素) */
  height?: number | null
  /** 拍摄时间(毫秒) */
  captured_at?: number | null
  /** 来源 */
  source?: 'in_app_camera' | 'gallery' | null
  /** 从相册选取的原因 */
  gallery_reason?: string | null
  /** 拍的是什么 */
  subject?: 'exterior' | 'interior' | 'crop' | 'animal' | 'water' | 'road' | 'document' | 'meeting' | 'other' | null
  /** 照片里有人吗 */
  people_visible?: 'none' | 'adult' | 'child_blurred' | null
}

/** 签名确认 */
export interface IncomeAttestationsElement {
  /** Set when the element was removed; a date. */
  deleted_at?: string | null
  /** 表单版本 */
  form?: string | null
  /** 所签内容的标识 */
  content_digest?: string | null
  /** 签名人身份 */
  role?: 'household_head' | 'adult_member_proxy' | 'village_or_group_cadre' | 'resident_team' | 'town' | 'linked_leader' | 'visitor' | null
  /** 签名人 */
  signer_name?: string | null
  /** 家庭成员 */
  signer_member?: string | null
  /** 工作人员 */
  signer_person?: string | null
  /** 代签原因 */
  proxy_reason?: 'absent_for_work' | 'illness' | 'disability' | 'other' | null
  /** 意见 */
  stance?: 'agree' | 'agree_with_remark' | 'disagree' | 'refuse_to_sign' | null
  /** 签名方式 */
  method?: 'finger_on_screen' | 'thumbprint_on_paper_photo' | 'paper_scan' | null
  /** 是否宣读 */
  literacy_aid?: 'read_by_self' | 'read_aloud_by_person' | 'read_aloud_by_device' | null
  /** 宣读人 */
  read_by?: string | null
  /** 宣读人(工作人员) */
  read_by_person?: string | null
  /** 见证人 */
  witness?: string | null
  /** 附言 */
  remark?: string | null
  /** 笔迹, SHA-256 of a file */
  strokes?: string | null
  /** 纸质签名照片, SHA-256 of a file */
  paper?: string | null
  /** 签名时间(毫秒) */
  signed_at?: number | null
}

/** 月收入动态核算表, `income/1` */
export interface IncomeAnswers {
  /** 农户 */
  household?: string | null
  /** 月份 */
  month?: string | null
  /** 项目目录版本 */
  catalogue?: number | null
  /** 对照标准年度 */
  line_year?: number | null
  /** 计入人口, record ids separated by spaces */
  counted?: string | null
  /** 人口说明 */
  counted_reason?: string | null
  /** 本月无新收支 */
  no_change?: boolean | null
  /** 收支明细 */
  lines?: Record<string, IncomeLinesElement> | null
  /** 牲畜存栏 */
  stock?: Record<string, IncomeStockElement> | null
  /** 核对提示 */
  prompts?: Record<string, IncomePromptsElement> | null
  /** 户主意见 */
  household_remark?: string | null
  /** 照片 */
  photos?: Record<string, IncomePhotosElement> | null
  /** 签名确认 */
  attestations?: Record<string, IncomeAttestationsElement> | null
}

/** 照片 */
export interface MeasurePhotosElement {
  /** Set when the element was removed; a date. */
  deleted_at?: string | null
  /** 照片文件, SHA-256 of a file */
  file?: string | null
  /** 格式 */
  mime?: 'jpeg' | 'webp' | 'png' | null
  /** 大小(字节) */
  bytes?: number | null
  /** 宽(像素) */
  width?: number | null
  /** 高(像素) */
  height?: number | null
  /** 拍摄时间(毫秒) */
  captured_at?: number | null
  /** 来源 */
  source?: 'in_app_camera' | 'gallery' | null
  /** 从相册选取的原因 */
  gallery_reason?: string | null
  /** 拍的是什么 */
  subject?: 'exterior' | 'interior' | 'crop' | 'animal' | 'water' | 'road' | 'document' | 'meeting' | 'other' | null
  /** 照片里有人吗 */
  people_visible?: 'none' | 'adult' | 'child_blurred' | null
}

/** 帮扶措施, `measure/1` */
export interface MeasureAnswers {
  /** 农户 */
  household?: string | null
  /** 六个一批类别 */
  measure_type?: 'industry' | 'medical' | 'education' | 'job_transfer' | 'safety_net' | 'relocation' | null
  /** 是否主要措施 */
  is_primary?: boolean | null
  /** 具体内容 */
  content?: string | null
  /** 计划年度 */
  planned_for_year?: number | null
  /** 责任人 */
  person_in_charge?: string | null
  /** 完成情况 */
  outcome?: 'planned' | 'under_way' | 'achieved' | 'dropped' | null
  /** 完成日期 */
  outcome_on?: string | null
  /** 完成说明 */
  outcome_note?: string | null
  /** 照片 */
  photos?: Record<string, MeasurePhotosElement> | null
}

/** 进度 */
export interface ProjectProgressElement {
  /** Set when the element was removed; a date. */
  deleted_at?: string | null
  /** 日期 */
  on?: string | null
  /** 进度(%) */
  percent?: number | null
  /** 说明 */
  said?: string | null
  /** 进度下降的原因 */
  lower_reason?: string | null
  /** 更正 */
  supersedes?: string | null
}

/** 照片 */
export interface ProjectPhotosElement {
  /** Set when the element was removed; a date. */
  deleted_at?: string | null
  /** 照片文件, SHA-256 of a file */
  file?: string | null
  /** 格式 */
  mime?: 'jpeg' | 'webp' | 'png' | null
  /** 大小(字节) */
  bytes?: number | null
  /** 宽(像素) */
  width?: number | null
  /** 高(像素) */
  height?: number | null
  /** 拍摄时间(毫秒) */
  captured_at?: number | null
  /** 来源 */
  source?: 'in_app_camera' | 'gallery' | null
  /** 从相册选取的原因 */
  gallery_reason?: string | null
  /** 拍的是什么 */
  subject?: 'exterior' | 'interior' | 'crop' | 'animal' | 'water' | 'road' | 'document' | 'meeting' | 'other' | null
  /** 照片里有人吗 */
  people_visible?: 'none' | 'adult' | 'child_blurred' | null
}

/** 到户项目, `project/1` */
export interface ProjectAnswers {
  /** 农户 */
  household?: string | null
  /** 项目编号 */
  project_no?: string | null
  /** 项目名称 */
  project_name?: string | null
  /** 项目类别 */
  project_class?: 'industry' | 'tourism' | 'finance' | 'job_transfer' | 'education' | 'medical' | 'safety_net' | 'relocation' | 'housing' | 'drinking_water' | 'power' | 'road' | 'farmland' | null
  /** 对应措施 */
  measure?: string | null
  /** 责任单位 */
  unit_in_charge?: string | null
  /** 责任人 */
  person_in_charge?: string | null
  /** 开始日期 */
  start_on?: string | null
  /** 计划完成日期 */
  due_on?: string | null
  /** 预算, fen */
  budget?: number | null
  /** 落实, fen */
  secured?: number | null
  /** 拨付, fen */
  allocated?: number | null
  /** 支出, fen */
  spent?: number | null
  /** 培训人次 */
  training_person_times?: number | null
  /** 进度 */
  progress?: Record<string, ProjectProgressElement> | null
  /** 验收日期 */
  accepted_on?: string | null
  /** 验收人 */
  accepted_by?: string | null
  /** 农户是否认可 */
  household_confirms?: 'yes' | 'no' | 'not_asked' | null
  /** 照片 */
  photos?: Record<string, ProjectPhotosElement> | null
}

/** 照片 */
export interface AgreementPhotosElement {
  /** Set when the element was removed; a date. */
  deleted_at?: string | null
  /** 照片文件, SHA-256 of a file */
  file?: string | null
  /** 格式 */
  mime?: 'jpeg' | 'webp' | 'png' | null
  /** 大小(字节) */
  bytes?: number | null
  /** 宽(像素) */
  width?: number | null
  /** 高(像素) */
  height?: number | null
  /** 拍摄时间(毫秒) */
  captured_at?: number | null
  /** 来源 */
  source?: 'in_app_camera' | 'gallery' | null
  /** 从相册选取的原因 */
  gallery_reason?: string | null
  /** 拍的是什么 */
  subject?: 'exterior' | 'interior' | 'crop' | 'animal' | 'water' | 'road' | 'document' | 'meeting' | 'other' | null
  /** 照片里有人吗 */
  people_visible?: 'none' | 'adult' | 'child_blurred' | null
}

/** 签名确认 */
export interface AgreementAttestationsElement {
  /** Set when the element was removed; a date. */
  deleted_at?: string | null
  /** 表单版本 */
  form?: string | null
  /** 所签内容的标识 */
  content_digest?: string | null
  /** 签名人身份 */
  role?: 'household_head' | 'adult_member_proxy' | 'village_or_group_cadre' | 'resident_team' | 'town' | 'linked_leader' | 'visitor' | null
  /** 签名人 */
  signer_name?: string | null
  /** 家庭成员 */
  signer_member?: string | null
  /** 工作人员 */
  signer_person?: string | null
  /** 代签原因 */
  proxy_reason?: 'absent_for_work' | 'illness' | 'disability' | 'other' | null
  /** 意见 */
  stance?: 'agree' | 'agree_with_remark' | 'disagree' | 'refuse_to_sign' | null
  /** 签名方式 */
  method?: 'finger_on_screen' | 'thumbprint_on_paper_photo' | 'paper_scan' | null
  /** 是否宣读 */
  literacy_aid?: 'read_by_self' | 'read_aloud_by_person' | 'read_aloud_by_device' | null
  /** 宣读人 */
  read_by?: string | null
  /** 宣读人(工作人员) */
  read_by_person?: string | null
  /** 见证人 */
  witness?: string | null
  /** 附言 */
  remark?: string | null
  /** 笔迹, SHA-256 of a file */
  strokes?: string | null
  /** 纸质签名照片, SHA-256 of a file */
  paper?: string | null
  /** 签名时间(毫秒) */
  signed_at?: number | null
}

/** 到户产业帮扶协议书, `agreement/1` */
export interface AgreementAnswers {
  /** 农户 */
  household?: string | null
  /** 提供方性质 */
  provider_kind?: 'village' | 'enterprise' | 'town' | 'helper' | null
  /** 提供方名称 */
  provider_name?: string | null
  /** 对应项目 */
  project?: string | null
  /** 产业 */
  industry?: string | null
  /** 签订日期 */
  agreed_on?: string | null
  /** 有效期至 */
  valid_to?: string | null
  /** 提供方提供 */
  provider_gives?: string | null
  /** 农户负责 */
  household_delivers?: string | null
  /** 收购约定 */
  buy_back?: string | null
  /** 预计年收入, fen */
  expected_income?: number | null
  /** 物资归还约定 */
  repay?: string | null
  /** 照片 */
  photos?: Record<string, AgreementPhotosElement> | null
  /** 签名确认 */
  attestations?: Record<string, AgreementAttestationsElement> | null
}

/** 签名确认 */
export interface CardAttestationsElement {
  /** Set when the element was removed; a date. */
  deleted_at?: string | null
  /** 表单版本 */
  form?: string | null
  /** 所签内容的标识 */
  content_digest?: string | null
  /** 签名人身份 */
  role?: 'household_head' | 'adult_member_proxy' | 'village_or_group_cadre' | 'resident_team' | 'town' | 'linked_leader' | 'visitor' | null
  /** 签名人 */
  signer_name?: string | null
  /** 家庭成员 */
  signer_member?: string | null
  /** 工作人员 */
  signer_person?: string | null
  /** 代签原因 */
  proxy_reason?: 'absent_for_work' | 'illness' | 'disability' | 'other' | null
  /** 意见 */
  stance?: 'agree' | 'agree_with_remark' | 'disagree' | 'refuse_to_sign' | null
  /** 签名方式 */
  method?: 'finger_on_screen' | 'thumbprint_on_paper_photo' | 'paper_scan' | null
  /** 是否宣读 */
  literacy_aid?: 'read_by_self' | 'read_aloud_by_person' | 'read_aloud_by_device' | null
  /** 宣读人 */
  read_by?: string | null
  /** 宣读人(工作人员) */
  read_by_person?: string | null
  /** 见证人 */
  witness?: string | null
  /** 附言 */
  remark?: string | null
  /** 笔迹, SHA-256 of a file */
  strokes?: string | null
  /** 纸质签名照片, SHA-256 of a file */
  paper?: string | null
  /** 签名时间(毫秒) */
  signed_at?: number | null
}

/** 明白卡, `card/1` */
export interface CardAnswers {
  /** 农户 */
  household?: string | null
  /** 年度 */
  year?: string | null
  /** 填发日期 */
  issued_on?: string | null
  /** 卡面内容 */
  sheet?: string | null
  /** 签名确认 */
  attestations?: Record<string, CardAttestationsElement> | null
}

/** 签名确认 */
export interface LedgerAttestationsElement {
  /** Set when the element was removed; a date. */
  deleted_at?: string | null
  /** 表单版本 */
  form?: string | null
  /** 所签内容的标识 */
  content_digest?: string | null
  /** 签名人身份 */
  role?: 'household_head' | 'adult_member_proxy' | 'village_or_group_cadre' | 'resident_team' | 'town' | 'linked_leader' | 'visitor' | null
  /** 签名人 */
  signer_name?: string | null
  /** 家庭成员 */
  signer_member?: string | null
  /** 工作人员 */
  signer_person?: string | null
  /** 代签原因 */
  proxy_reason?: 'absent_for_work' | 'illness' | 'disability' | 'other' | null
  /** 意见 */
  stance?: 'agree' | 'agree_with_remark' | 'disagree' | 'refuse_to_sign' | null
  /** 签名方式 */
  method?: 'finger_on_screen' | 'thumbprint_on_paper_photo' | 'paper_scan' | null
  /** 是否宣读 */
  literacy_aid?: 'read_by_self' | 'read_aloud_by_person' | 'read_aloud_by_device' | null
  /** 宣读人 */
  read_by?: string | null
  /** 宣读人(工作人员) */
  read_by_person?: string | null
  /** 见证人 */
  witness?: string | null
  /** 附言 */
  remark?: string | null
  /** 笔迹, SHA-256 of a file */
  strokes?: string | null
  /** 纸质签名照片, SHA-256 of a file */
  paper?: string | null
  /** 签名时间(毫秒) */
  signed_at?: number | null
}

/** 贫困户脱贫台账, `ledger/1` */
export interface LedgerAnswers {
  /** 农户 */
  household?: string | null
  /** 年度 */
  year?: string | null
  /** 结账日期 */
  closed_on?: string | null
  /** 台账内容 */
  sheet?: string | null
  /** 签名确认 */
  attestations?: Record<string, LedgerAttestationsElement> | null
}

/** 异议, `dispute/1` */
export interface DisputeAnswers {
  /** 农户 */
  household?: string | null
  /** 来自走访 */
  visit?: string | null
  /** 对什么有异议 */
  subject?: 'income_line' | 'member' | 'severity' | 'cause' | 'measure' | 'agreement' | 'exit' | 'photo_or_privacy' | 'conduct' | 'other' | null
  /** 有异议的资料 */
  document?: string | null
  /** 当时所见版本 */
  document_digest?: string | null
  /** 有异议的条目 */
  line_ids?: string | null
  /** 原话 */
  statement?: string | null
  /** 认为应是多少(元), fen */
  claimed_value?: number | null
  /** 谁提出的 */
  raised_by?: 'household' | 'neighbour_publicity' | 'visitor' | 'cadre' | 'hotline' | null
  /** 怎么提出的 */
  channel?: 'on_visit' | 'village_office' | 'phone' | 'hotline_12317' | 'letter' | null
  /** 提出日期 */
  raised_on?: string | null
}

/** By `name/version`. */
export interface AnswersByForm {
  'household/1': HouseholdAnswers
  'trip/1': TripAnswers
  'visit/1': VisitAnswers
  'stay/1': StayAnswers
  'difficulty/1': DifficultyAnswers
  'income/1': IncomeAnswers
  'measure/1': MeasureAnswers
  'project/1': ProjectAnswers
  'agreement/1': AgreementAnswers
  'card/1': CardAnswers
  'ledger/1': LedgerAnswers
  'dispute/1': DisputeAnswers
}
