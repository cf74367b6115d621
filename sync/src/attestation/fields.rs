//! What an attestation says, and the rules that it can be held against by itself (domain §6.11). Form, phone and gate
//! ask the same; `tests/it/attestation.rs` compares the codes with those of the form.

use crate::code::{Code, Refusal};
use crate::ids::Digest;
use crate::limits;
use serde_json::{Map, Value};

/// In which capacity somebody signs.
pub const ROLES: [&str; 7] = [
    "household_head",
    "adult_member_proxy",
    "village_or_group_cadre",
    "resident_team",
    "town",
    "linked_leader",
    "visitor",
];

/// What somebody says; all four are legitimate (INV-13).
pub const STANCES: [&str; 4] = ["agree", "agree_with_remark", "disagree", "refuse_to_sign"];

/// How somebody signs.
pub const METHODS: [&str; 3] = ["finger_on_screen", "thumbprint_on_paper_photo", "paper_scan"];

/// How somebody came to know what they sign.
pub const LITERACY_AIDS: [&str; 3] = ["read_by_self", "read_aloud_by_person", "read_aloud_by_device"];

/// Why somebody signs for the head.
pub const PROXY_REASONS: [&str; 4] = ["absent_for_work", "illness", "disability", "other"];

/// Fields of an element beside those of [`Fields`].
pub(crate) const FORM: &str = "form";
pub(crate) const DIGEST: &str = "content_digest";

/// Whether a role speaks for the household.
pub fn is_household_role(role: &str) -> bool {
    matches!(role, "household_head" | "adult_member_proxy")
}

/// What somebody said and how it was taken down. Texts are codes where the form has choices.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields {
    /// One of [`ROLES`].
    pub role: String,
    /// Who signed.
    pub signer_name: String,
    /// Element id of the member; household roles only.
    pub signer_member: Option<String>,
    /// Person id; never with a household role.
    pub signer_person: Option<String>,
    /// One of [`PROXY_REASONS`].
    pub proxy_reason: Option<String>,
    /// One of [`METHODS`]; a refusal needs none.
    pub method: Option<String>,
    /// One of [`LITERACY_AIDS`].
    pub literacy_aid: Option<String>,
    /// Name of who read it aloud.
    pub read_by: Option<String>,
    /// Their person id, if they are known.
    pub read_by_person: Option<String>,
    /// Name of the witness.
    pub witness: Option<String>,
    /// One of [`STANCES`].
    pub stance: String,
    /// In the signer's words.
    pub remark: Option<String>,
    /// File with the strokes.
    pub strokes: Option<Digest>,
    /// File with the photographed slip.
    pub paper: Option<Digest>,
    /// When, by the device's clock: a claim (P15).
    pub signed_at: i64,
}

impl Fields {
    /// Reads an element. Unknown fields are somebody else's: another version of the form.
    ///
    /// # Errors
    /// [`Code::AttestationInvalid`] with the field: not a text, a digest or a time.
    pub fn read(element: &Map<String, Value>) -> Result<Self, Refusal> {
        let reader = Reader(element);
        Ok(Self {
            role: reader.text("role")?.unwrap_or_default(),
            signer_name: reader.text("signer_name")?.unwrap_or_default(),
            signer_member: reader.text("signer_member")?,
            signer_person: reader.text("signer_person")?,
            proxy_reason: reader.text("proxy_reason")?,
            method: reader.text("method")?,
            literacy_aid: reader.text("literacy_aid")?,
            read_by: reader.text("read_by")?,
            read_by_person: reader.text("read_by_person")?,
            witness: reader.text("witness")?,
            stance: reader.text("stance")?.unwrap_or_default(),
            remark: reader.text("remark")?,
            strokes: reader.digest("strokes")?,
            paper: reader.digest("paper")?,
            signed_at: match element.get("signed_at").and_then(Value::as_i64) {
                Some(at) if at >= 0 => at,
                _ => return Err(invalid("signed_at", "not a time")),
            },
        })
    }

    /// Field and value of everything that is said.
    pub(crate) fn values(&self) -> Vec<(&'static str, Value)> {
        let digest = |file: Option<Digest>| file.map(|digest| digest.to_string());
        let texts = [
            ("role", Some(self.role.clone())),
            ("signer_name", Some(self.signer_name.clone())),
            ("signer_member", self.signer_member.clone()),
            ("signer_person", self.signer_person.clone()),
            ("proxy_reason", self.proxy_reason.clone()),
            ("stance", Some(self.stance.clone())),
            ("method", self.method.clone()),
            ("literacy_aid", self.literacy_aid.clone()),
            ("read_by", self.read_by.clone()),
            ("read_by_person", self.read_by_person.clone()),
            ("witness", self.witness.clone()),
            ("remark", self.remark.clone()),
            ("strokes", digest(self.strokes)),
            ("paper", digest(self.paper)),
        ];
        let said = texts.into_iter().filter_map(|(name, text)| Some((name, Value::from(text?))));
        said.chain([("signed_at", Value::from(self.signed_at))]).collect()
    }

    /// Whether this is agreement, with or without a remark.
    pub fn agrees(&self) -> bool {
        matches!(self.stance.as_str(), "agree" | "agree_with_remark")
    }

    /// The rules that one attestation can be held against by itself.
    ///
    /// # Errors
    /// [`Code::AttestationInvalid`] with the first field that is wrong, and why.
    pub fn check(&self) -> Result<(), Refusal> {
        one_of("role", Some(&self.role), &ROLES)?;
        one_of("stance", Some(&self.stance), &STANCES)?;
        one_of("method", self.method.as_deref(), &METHODS)?;
        one_of("literacy_aid", self.literacy_aid.as_deref(), &LITERACY_AIDS)?;
        one_of("proxy_reason", self.proxy_reason.as_deref(), &PROXY_REASONS)?;
        for (field, id) in [
            ("signer_member", &self.signer_member),
            ("signer_person", &self.signer_person),
            ("read_by_person", &self.read_by_person),
        ] {
            need(id.as_deref().is_none_or(crate::gate::is_element_id), field, "not an id")?;
        }
        need(is_said(Some(&self.signer_name)), "signer_name", "missing")?;
        let names = [("signer_name", Some(&self.signer_name)), ("read_by", self.read_by.as_ref())];
        for (field, name) in names.into_iter().chain([("witness", self.witness.as_ref())]) {
            need(chars(name) <= limits::SIGNER_NAME_CHARS, field, "too long")?;
        }
        need(chars(self.remark.as_ref()) <= limits::ATTESTATION_REMARK_CHARS, "remark", "too long")?;
        need(self.signed_at <= limits::INTEGER, "signed_at", "not a time")?;
        self.check_signer()?;
        self.check_method()?;
        self.check_remark()
    }

    /// INV-11, INV-12: who signs for the household is one of it, and a proxy says why.
    fn check_signer(&self) -> Result<(), Refusal> {
        let household = is_household_role(&self.role);
        need(self.signer_member.is_some() || !household, "signer_member", "missing")?;
        need(self.signer_member.is_none() || household, "signer_member", "not with this role")?;
        need(self.signer_person.is_none() || !household, "signer_person", "not with this role")?;
        let proxy = self.role == "adult_member_proxy";
        need(self.proxy_reason.is_some() || !proxy, "proxy_reason", "missing")
    }

    /// INV-12: what each way of signing leaves behind, and that the signer knew what it was.
    fn check_method(&self) -> Result<(), Refusal> {
        match self.method.as_deref() {
            None => need(self.stance == "refuse_to_sign", "method", "missing")?,
            Some("finger_on_screen") => {
                need(self.strokes.is_some(), "strokes", "missing")?;
                let read = self.literacy_aid.is_some() || !is_household_role(&self.role);
                need(read, "literacy_aid", "missing")?;
            }
            Some("thumbprint_on_paper_photo") => {
                need(self.paper.is_some(), "paper", "missing")?;
                need(self.literacy_aid.is_some(), "literacy_aid", "missing")?;
                need(is_said(self.witness.as_ref()), "witness", "missing")?;
            }
            Some(_) => need(self.paper.is_some(), "paper", "missing")?,
        }
        let by_person = self.literacy_aid.as_deref() == Some("read_aloud_by_person");
        need(is_said(self.read_by.as_ref()) || !by_person, "read_by", "missing")
    }

    /// Whoever does not simply agree says why; a plain refusal takes nothing else.
    fn check_remark(&self) -> Result<(), Refusal> {
        let bare = self.method.is_none() && self.strokes.is_none() && self.paper.is_none();
        let needed = match self.stance.as_str() {
            "agree" => false,
            "refuse_to_sign" => !bare,
            _ => true,
        };
        need(is_said(self.remark.as_ref()) || !needed, "remark", "missing")
    }

    /// Whether a witness is missing because the reader is one of these persons, who wrote the record. Only who knows
    /// persons can tell: the phone its own, the server everybody.
    pub fn lacks_witness(&self, authors: &[&str]) -> bool {
        let aloud = self.literacy_aid.as_deref() == Some("read_aloud_by_person");
        let own = self.read_by_person.as_deref().is_some_and(|reader| authors.contains(&reader));
        aloud && own && !is_said(self.witness.as_ref())
    }
}

/// The texts of an element; the empty text is no answer.
struct Reader<'a>(&'a Map<String, Value>);

impl Reader<'_> {
    fn text(&self, field: &str) -> Result<Option<String>, Refusal> {
        match self.0.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(invalid(field, "not a text")),
        }
    }

    fn digest(&self, field: &str) -> Result<Option<Digest>, Refusal> {
        self.text(field)?.map(|text| parse_digest(field, &text)).transpose()
    }
}

/// A digest as it is written in a record: lower case only, so that one has one name.
pub(crate) fn parse_digest(field: &str, text: &str) -> Result<Digest, Refusal> {
    let digest: Digest = text.parse().map_err(|_| invalid(field, "not a digest"))?;
    if digest.to_string() == text { Ok(digest) } else { Err(invalid(field, "not a digest")) }
}

pub(crate) fn invalid(field: &str, why: &str) -> Refusal {
    Refusal::new(Code::AttestationInvalid, format!("{field}: {why}"))
}

fn need(holds: bool, field: &str, why: &str) -> Result<(), Refusal> {
    if holds { Ok(()) } else { Err(invalid(field, why)) }
}

fn one_of(field: &str, code: Option<&str>, known: &[&str]) -> Result<(), Refusal> {
    need(code.is_none_or(|code| known.contains(&code)), field, "not one of the codes")
}

fn is_said(text: Option<&String>) -> bool {
    text.is_some_and(|text| !text.trim().is_empty())
}

fn chars(text: Option<&String>) -> usize {
    text.map_or(0, |text| text.chars().count())
}
