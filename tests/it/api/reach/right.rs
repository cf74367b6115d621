//! Who has what to do with a village, by office and area. Written down here a second time, by hand: a test that asked the
//! server's own code who may would agree with whatever that says.

use bidao_schema::api::person::Role;

use super::world::{Place, Reader, Where};

/// What somebody may have to do with a village.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// Reads every record of it.
    Reads,
    /// Reads that, or is paired with its household.
    ReadsHousehold,
    /// Decides about its records.
    Reviews,
    /// Sees the figures of who works there.
    Duties,
    /// Manages the phones of who works there.
    Devices,
    /// Opens and closes survey rounds of it.
    Opens,
}

impl Right {
    pub fn has(self, reader: &Reader, place: &Place) -> bool {
        let leads = [Role::TeamLeader, Role::TownOffice, Role::AlleviationOffice];
        let roles: &[Role] = match self {
            Self::Reads => &[
                Role::TeamMember,
                Role::TeamLeader,
                Role::DistrictLeader,
                Role::TownOffice,
                Role::AlleviationOffice,
            ],
            Self::ReadsHousehold => {
                let is_paired = reader.is_helper && place.here == Where::Own;
                return is_paired || Self::Reads.has(reader, place);
            }
            Self::Reviews => &leads,
            Self::Duties => {
                return reader.role != Role::SysAdmin && reader.holds.contains(&place.here);
            }
            Self::Devices => &[Role::TeamLeader, Role::TownOffice, Role::AlleviationOffice, Role::SysAdmin],
            Self::Opens => &[Role::TownOffice, Role::AlleviationOffice],
        };
        roles.contains(&reader.role) && reader.holds.contains(&place.here)
    }
}
