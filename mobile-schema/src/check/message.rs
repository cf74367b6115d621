//! The sentences of findings that no form has to write.

use crate::codes::IdNumberFault;
use crate::label::Label;
use crate::money::format_hundredths;

pub fn not_a_record() -> Label {
    Label::new("记录内容无法识别", "The record cannot be read")
}

pub fn not_a_repeat() -> Label {
    Label::new("列表内容无法识别", "The list cannot be read")
}

pub fn not_an_element() -> Label {
    Label::new("列表中有一项无法识别", "An entry of the list cannot be read")
}

pub fn too_many(limit: usize) -> Label {
    Label::new(format!("最多{limit}项"), format!("At most {limit} entries"))
}

pub fn disputed() -> Label {
    Label::new(
        "同一项有不止一个更正，请撤回不对的",
        "One entry was corrected more than once: take back what is not right",
    )
}

pub fn required() -> Label {
    Label::new("请填写此项", "Please answer this")
}

pub fn not_of_type() -> Label {
    Label::new("填写内容的类型不对", "The answer has the wrong type")
}

pub fn too_long_in_bytes(limit: usize) -> Label {
    Label::new(format!("内容过长，最多{limit}字节"), format!("Too long, at most {limit} bytes"))
}

pub fn too_short(limit: u32) -> Label {
    Label::new(format!("至少{limit}个字"), format!("At least {limit} characters"))
}

pub fn too_long(limit: u32) -> Label {
    Label::new(format!("最多{limit}个字"), format!("At most {limit} characters"))
}

/// How a limit is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// As it is.
    One,
    /// Two decimals (fen, hundredths of a mu).
    Hundredth,
}

fn write(limit: i64, unit: Unit) -> String {
    match unit {
        Unit::One => limit.to_string(),
        Unit::Hundredth => format_hundredths(limit),
    }
}

pub fn too_small(limit: i64, unit: Unit) -> Label {
    let limit = write(limit, unit);
    Label::new(format!("不能小于{limit}"), format!("Not less than {limit}"))
}

pub fn too_large(limit: i64, unit: Unit) -> Label {
    let limit = write(limit, unit);
    Label::new(format!("不能大于{limit}"), format!("Not more than {limit}"))
}

pub fn not_a_choice() -> Label {
    Label::new("不是可选的选项", "Not one of the choices")
}

pub fn not_a_date() -> Label {
    Label::new("不是真实的日期", "Not a real date")
}

pub fn not_a_month() -> Label {
    Label::new("不是真实的月份", "Not a real month")
}

pub fn not_a_time() -> Label {
    Label::new("不是真实的时间", "Not a real time")
}

pub fn not_a_phone() -> Label {
    Label::new("电话号码格式不对", "Not a telephone number")
}

pub fn not_an_area_code() -> Label {
    Label::new("区划代码应为12位数字", "An area code has 12 digits")
}

pub fn not_a_file() -> Label {
    Label::new("不是文件的标识", "Not the name of a file")
}

pub fn points_nowhere() -> Label {
    Label::new("所指的人或记录不存在", "What this points to does not exist")
}

pub fn not_an_id_number(fault: IdNumberFault) -> Label {
    match fault {
        IdNumberFault::Shape => Label::new("身份证号应为18位", "An ID number has 18 characters"),
        IdNumberFault::Birth => {
            Label::new("身份证号中的出生日期不对", "The birth date in the ID number is not possible")
        }
        IdNumberFault::Check => {
            Label::new("身份证号校验码不对", "The check character of the ID number is wrong")
        }
    }
}
