//! What a form is: fields, expressions, checks and code lists as data, and the shapes of the API.
//! Only serde; no I/O, no clock.
