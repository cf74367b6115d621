//! What forms allow on this phone, and signing: the phone tells a person at once what the gate would refuse later.

use super::{Phone, PhoneError};
use crate::attestation::{Fields, Party, Signing};
use crate::document::{Attest, Put};
use crate::gate::Shape;
use crate::ids::{ChangeHash, ItemId, RecordId};
use crate::time::Millis;

impl Phone {
    /// Remembers what a form allows, `name/version`. Records of forms the phone does not know are guarded by the gate
    /// alone, and nothing can be attested in them.
    pub fn learn_form(&mut self, form: &str, shape: Shape) {
        self.state.shapes.insert(form.to_owned(), shape);
    }

    pub(super) fn shape_of(&self, form: &str) -> Shape {
        self.state.shapes.get(form).cloned().unwrap_or_default()
    }

    /// Attests a record as it is on this phone: one change of its own. `element` is a fresh id of 32 hex digits.
    ///
    /// # Errors
    /// [`PhoneError::UnknownRecord`], [`PhoneError::Document`] with what the gate would say.
    pub fn attest(
        &mut self,
        record: RecordId,
        element: &str,
        fields: &Fields,
        item: ItemId,
        now: Millis,
    ) -> Result<ChangeHash, PhoneError> {
        let form = self.stored(record)?.form.clone();
        let shape = self.shape_of(&form);
        let mut document = self.document(record)?;
        let attest = Attest { record, form: &form, element, fields };
        let change = document.attest(self.state.actor, now, &attest, &shape)?;
        let hash = change.hash;
        self.state.replace_document(record, &document);
        self.state.queue_change(item, record, change);
        Ok(hash)
    }

    /// The signatures of a record as this phone knows them.
    ///
    /// # Errors
    /// As [`Phone::document`].
    pub fn signing(&self, record: RecordId, parties: &[Party]) -> Result<Signing, PhoneError> {
        Ok(self.document(record)?.signing(record, &self.stored(record)?.form, parties))
    }

    /// Refuses what the gate would refuse of a person's edit.
    pub(super) fn guard(&self, record: RecordId, puts: &[Put]) -> Result<(), PhoneError> {
        let shape = self.shape_of(&self.stored(record)?.form);
        Ok(self.document(record)?.guard(&shape, puts)?)
    }
}
