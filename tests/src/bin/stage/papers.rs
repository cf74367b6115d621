//! One household with its five documents, each signed to a different degree, so that the desk has something to print.

use std::error::Error;

use bidao_schema::calendar::Date;
use bidao_schema::form::Form;
use bidao_schema::forms;
use bidao_server::app::App;
use bidao_server::domain::sync::shape_of;
use bidao_server::store::{audit::Audit, poverty_line};
use bidao_sync::attestation::Fields;
use bidao_sync::document::{Identity, Put};
use bidao_sync::ids::{ItemId, RecordId};
use bidao_sync::phone::{FoundedRecord, NewRecord, Phone};
use bidao_tests::app::VILLAGE;
use serde_json::{Value, json};

/// Name, relation to the head, sex, ID number (prefix 999999 is no place); the head first.
const MEMBERS: [(&str, &str, &str, &str); 3] = [
    ("谭福顺", "02", "1", "99999919620115001X"),
    ("冉桂香", "10", "2", "999999196503120027"),
    ("谭小勇", "20", "1", "999999199008200015"),
];
/// The line of the year, fen a head.
const LINE: i64 = 295_200;
/// Fen of each line: item, amount, source, whose; the third is a neighbour's guess.
const LINES: [(&str, i64, &str, Option<usize>); 5] = [
    ("wage_local", 240_000, "household", Some(0)),
    ("business_pig", 360_000, "household", None),
    ("business_pepper", 110_000, "cadre_estimate", None),
    ("transfer_pension", 114_000, "department_import", Some(0)),
    ("expense_feed", 60_000, "household", None),
];

/// Writes them on a phone; what the flows need of them.
pub fn write(app: &App, phone: &mut Phone, scribe: &str, now: i64) -> Result<Value, Box<dyn Error>> {
    for form in forms::built_in() {
        phone.learn_form(&form.id(), shape_of(form));
    }
    let today = Date::from_epoch_millis_shanghai(now).to_string();
    let year = today[..4].to_owned();
    let line_year: i32 = year.parse()?;
    app.db.write_blocking(move |tx| Ok((poverty_line::put(tx, line_year, LINE)?, Audit::default())))?;
    let mut pen = Pen { app, phone, scribe, now, household: String::new(), members: Vec::new() };
    let registration = pen.household()?;
    let month = today[..7].to_owned();
    let income = pen.income(&month, line_year)?;
    let agreement = pen.agreement(&today)?;
    let card = pen.page("card", &year, ("issued_on", &today), &card_page(&year))?;
    let ledger = pen.page("ledger", &year, ("closed_on", &today), &ledger_page(&year))?;
    pen.measures(line_year, &today)?;

    pen.sign(registration, "household_head", "disagree")?;
    for role in ["household_head", "village_or_group_cadre", "resident_team"] {
        pen.sign(income, role, "agree")?;
        pen.sign(ledger, role, "agree")?;
    }
    pen.sign(agreement, "household_head", "agree")?;
    // After everybody signed the ledger, somebody adds a line to it.
    let longer = ledger_page(&year).replace("养猪2头", "养猪3头");
    pen.edit(ledger, &[Put::new("sheet", longer)])?;
    let id = |record: RecordId| record.to_string();
    Ok(json!({
        "head": MEMBERS[0].0, "month": month, "id_number": MEMBERS[0].3,
        "registration": id(registration), "income": id(income), "agreement": id(agreement), "card": id(card), "ledger": id(ledger),
    }))
}

struct Pen<'a> {
    app: &'a App,
    phone: &'a mut Phone,
    scribe: &'a str,
    now: i64,
    household: String,
    members: Vec<String>,
}

impl Pen<'_> {
    fn item(&self) -> ItemId {
        ItemId(self.app.ctx.random())
    }

    fn create(&mut self, kind: &str, puts: &[Put]) -> Result<RecordId, Box<dyn Error>> {
        let form = newest(kind)?;
        let (containers, form_id, id) = (form.containers(), form.id(), RecordId(self.app.ctx.random()));
        let record = NewRecord { id, kind, form: &form_id, area: VILLAGE, containers: &containers, puts };
        let item = self.item();
        self.phone.create_record(&record, item, self.now)?;
        Ok(id)
    }

    fn found(&mut self, kind: &str, period: (&str, &str), puts: &[Put]) -> Result<RecordId, Box<dyn Error>> {
        let form = newest(kind)?;
        let (containers, form_id) = (form.containers(), form.id());
        let about = [("household", self.household.as_str()), period];
        let identity: Identity = about.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let record = FoundedRecord {
            kind,
            form: &form_id,
            area: VILLAGE,
            containers: &containers,
            identity: &identity,
            puts,
        };
        let item = self.item();
        Ok(self.phone.found_record(&record, item, self.now)?)
    }

    fn edit(&mut self, record: RecordId, puts: &[Put]) -> Result<(), Box<dyn Error>> {
        let item = self.item();
        self.phone.edit_record(record, puts, item, self.now)?;
        Ok(())
    }

    fn household(&mut self) -> Result<RecordId, Box<dyn Error>> {
        self.members = MEMBERS.iter().map(|_| self.app.ctx.id()).collect();
        let mut puts = vec![
            Put::new("in_system", "in"),
            Put::new("group_name", "二组"),
            Put::new("address", "中元村二组21号"),
            Put::new("head_member_id", self.members[0].as_str()),
            Put::new("phone", "19900000002"),
            Put::new("poverty_attribute", "general"),
            Put::new("severity", "light"),
            Put::new("severity_reason", "产业刚起步"),
            Put::new("main_cause", "capital"),
            Put::new("photo_permission", "exterior_only"),
            Put::new("cultivated", 520),
        ];
        for (member, (name, relation, sex, id_no)) in self.members.iter().zip(MEMBERS) {
            let at = |field: &str, value: Value| Put::new(format!("members/{member}/{field}"), value);
            puts.extend([
                at("name", name.into()),
                at("relation", relation.into()),
                at("sex", sex.into()),
                at("id_no", id_no.into()),
                at("ethnicity", "15".into()),
                at("health", "healthy".into()),
                at("labour", "ordinary".into()),
                at("resides", true.into()),
                at("shares_budget", true.into()),
            ]);
        }
        let id = self.create("household", &puts)?;
        self.household = id.to_string();
        Ok(id)
    }

    fn income(&mut self, month: &str, line_year: i32) -> Result<RecordId, Box<dyn Error>> {
        let mut puts = vec![
            Put::new("catalogue", 1),
            Put::new("line_year", line_year),
            Put::new("counted", self.members.join(" ")),
            Put::new("household_remark", "猪卖得便宜，其余都对"),
        ];
        for (item, amount, source, whose) in LINES {
            let line = self.app.ctx.id();
            let at = |field: &str, value: Value| Put::new(format!("lines/{line}/{field}"), value);
            puts.extend([at("item", item.into()), at("amount", amount.into()), at("source", source.into())]);
            puts.extend(whose.map(|index| at("member", self.members[index].as_str().into())));
            if item == "business_pig" {
                puts.extend([
                    at("quantity", 2.into()),
                    at("unit", "头".into()),
                    at("unit_price", 180_000.into()),
                ]);
            }
        }
        self.found("income", ("month", month), &puts)
    }

    fn agreement(&mut self, today: &str) -> Result<RecordId, Box<dyn Error>> {
        let puts = [
            Put::new("household", self.household.as_str()),
            Put::new("provider_kind", "enterprise"),
            Put::new("provider_name", "中元养殖合作社"),
            Put::new("industry", "生猪养殖"),
            Put::new("agreed_on", today),
            Put::new("provider_gives", "提供仔猪4头、饲料300斤，上门防疫，培训两次。"),
            Put::new("household_delivers", "按要求喂养到出栏，不转卖仔猪，记好喂养日志。"),
            Put::new("buy_back", "出栏时不低于市场价收购。"),
            Put::new("expected_income", 480_000),
        ];
        self.create("agreement", &puts)
    }

    fn page(
        &mut self,
        kind: &str,
        year: &str,
        day: (&str, &str),
        sheet: &str,
    ) -> Result<RecordId, Box<dyn Error>> {
        self.found(kind, ("year", year), &[Put::new(day.0, day.1), Put::new("sheet", sheet)])
    }

    fn measures(&mut self, year: i32, today: &str) -> Result<(), Box<dyn Error>> {
        let household = self.household.clone();
        let measure = |kind: &str, primary: bool, content: &str| {
            [
                Put::new("household", household.as_str()),
                Put::new("measure_type", kind),
                Put::new("is_primary", primary),
                Put::new("content", content),
                Put::new("planned_for_year", year),
                Put::new("outcome", "under_way"),
            ]
        };
        self.create("measure", &measure("industry", true, "养猪4头，合作社回收"))?;
        self.create("measure", &measure("education", false, "小儿子技能培训补助"))?;
        let step = self.app.ctx.id();
        let project = [
            Put::new("household", household.as_str()),
            Put::new("project_name", "生猪圈舍改造"),
            Put::new("project_class", "industry"),
            Put::new("budget", 800_000),
            Put::new("secured", 800_000),
            Put::new("allocated", 500_000),
            Put::new("spent", 320_000),
            Put::new(format!("progress/{step}/on"), today),
            Put::new(format!("progress/{step}/percent"), 60),
            Put::new(format!("progress/{step}/said"), "圈舍主体完工"),
        ];
        self.create("project", &project)?;
        let difficulty = [
            Put::new("household", household.as_str()),
            Put::new("category", "industry"),
            Put::new("raised_on", today),
            Put::new("description", "缺买饲料的周转钱"),
            Put::new("state", "in_progress"),
            Put::new("solution", "正在办小额贷款"),
        ];
        self.create("difficulty", &difficulty)?;
        Ok(())
    }

    fn sign(&mut self, record: RecordId, role: &str, stance: &str) -> Result<(), Box<dyn Error>> {
        let of_household = role == "household_head";
        let fields = Fields {
            role: role.into(),
            signer_name: match role {
                "household_head" => MEMBERS[0].0,
                "resident_team" => "录入员",
                _ => "周组长",
            }
            .into(),
            signer_member: of_household.then(|| self.members[0].clone()),
            signer_person: (role == "resident_team").then(|| self.scribe.to_owned()),
            method: Some("paper_scan".into()),
            literacy_aid: of_household.then(|| "read_by_self".into()),
            paper: Some(bidao_sync::feed::sha256(role.as_bytes())),
            stance: stance.into(),
            remark: (stance == "disagree").then(|| "房子的面积不对".into()),
            signed_at: self.now,
            ..Fields::default()
        };
        let (item, element) = (self.item(), self.app.ctx.id());
        self.phone.attest(record, &element, &fields, item, self.now)?;
        Ok(())
    }
}

fn newest(kind: &str) -> Result<&'static Form, Box<dyn Error>> {
    forms::newest(kind).ok_or_else(|| format!("no form {kind}").into())
}

/// A page as the phone makes it of the household's other records.
fn page_of(kind: &str, year: &str, sections: &Value) -> String {
    json!({"kind": kind, "sections": sections, "year": year}).to_string()
}

fn card_page(year: &str) -> String {
    let sections = json!([
        {"lines": [["帮扶人", "向敏 19900000003"], ["监督电话", "12317"]], "title": "谁在帮您"},
        {"lines": [["产业扶持（主要）", "养猪4头，合作社回收，实施中"], ["教育资助", "小儿子技能培训补助，实施中"]], "title": "今年的帮扶措施"},
        {"lines": [["家庭纯收入", "7,640.00元★"], ["计入人口", "3人"]], "title": "今年的收入"},
    ]);
    page_of("card", year, &sections)
}

fn ledger_page(year: &str) -> String {
    let sections = json!([
        {"lines": [["产业扶持（主要）", "养猪2头，实施中"]], "title": "帮扶措施"},
        {"lines": [["生猪圈舍改造", "进度60%，支出3,200.00元"]], "title": "项目和资金"},
        {"lines": [["情况", "没有登记"]], "title": "解决的困难"},
    ]);
    page_of("ledger", year, &sections)
}
