//! The last look at an answer: no identity number leaves in JSON, whichever field it was written into. What forms say is
//! masked by `domain::mask` before; this catches what nobody thought of, on every row of the table but those that reveal.

use std::borrow::Cow;

use actix_web::body::{BoxBody, EitherBody, MessageBody, to_bytes};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::middleware::Next;
use bidao_schema::mask;
use serde_json::Value;

/// Masks identity numbers in the answer's JSON.
///
/// # Errors
/// What the inner service answers, or its body does not come to its end.
pub async fn masked<B>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, actix_web::Error>
where
    B: MessageBody + 'static,
{
    let response = next.call(request).await?;
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if !kind.is_some_and(|kind| kind.starts_with("application/json")) {
        return Ok(response.map_into_left_body());
    }
    let (request, response) = response.into_parts();
    let (mut head, body) = response.into_parts();
    let bytes =
        to_bytes(body).await.map_err(|error| actix_web::error::ErrorInternalServerError(error.into()))?;
    let shown = without_numbers(&bytes).map_or(bytes, Into::into);
    head.headers_mut().remove(CONTENT_LENGTH);
    let response = head.set_body(EitherBody::right(BoxBody::new(shown)));
    Ok(ServiceResponse::new(request, response))
}

/// The same JSON without identity numbers; none when there is none in it, which one look at the text says.
fn without_numbers(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(bytes).ok()?;
    if matches!(mask::text(text), Cow::Borrowed(_)) {
        return None;
    }
    let mut value: Value = serde_json::from_str(text).ok()?;
    mask::anywhere(&mut value);
    serde_json::to_vec(&value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_without_a_number_goes_out_byte_for_byte() {
        assert_eq!(without_numbers(br#"{"b": "999999196001020019", "a": 1.50}"#), None);
        assert_eq!(without_numbers(b"no JSON 12"), None);
    }

    #[test]
    fn a_number_is_masked_wherever_it_is_and_the_rest_stays() {
        let shown = without_numbers(br#"{"a":999999196001020018,"b":["\n999999196001020018"],"c":1.5}"#);
        let shown = String::from_utf8(shown.expect("something to mask")).expect("text");
        assert_eq!(shown, "{\"a\":\"••••0018\",\"b\":[\"\\n••••0018\"],\"c\":1.5}");
    }
}
