//! The files of households, 一账一书一卡两表 (domain §5.1), and how far each is (report P6).
