//! Time zones other than the viewer's, as the browser's `Intl` knows them.

use std::cell::RefCell;
use std::collections::BTreeMap;

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use super::options;
use crate::moments::from_utc;
use crate::time::{MINUTE, Millis};

/// So many offsets are kept from one question to the next.
const MOST_KEPT: usize = 4_096;

/// Clocks change at full quarters of an hour, UTC.
const STEP: Millis = 15 * MINUTE;

/// A zone that was asked about: what writes dates in it, and offsets by their step.
struct Known {
    name: String,
    write: Option<Function>,
    by_step: BTreeMap<i64, Millis>,
}

thread_local! {
    static KNOWN: RefCell<Vec<Known>> = const { RefCell::new(Vec::new()) };
}

/// How far clocks in a zone of the IANA database are ahead of UTC at an instant. `None`: the browser knows no such zone.
pub fn zone_offset(zone: &str, at: Millis) -> Option<Millis> {
    KNOWN.with_borrow_mut(|all| {
        let place = all.iter().position(|it| it.name == zone).unwrap_or_else(|| {
            all.push(Known { name: zone.to_owned(), write: format(zone), by_step: BTreeMap::new() });
            all.len() - 1
        });
        let Known { write, by_step, .. } = &mut all[place];
        let step = at.div_euclid(STEP);
        if let Some(offset) = by_step.get(&step) {
            return Some(*offset);
        }
        let text = write.as_ref()?.call1(&JsValue::NULL, &JsValue::from_f64((step * STEP) as f64)).ok()?.as_string()?;
        // `1/31/2027, GMT+01:00`. Before there were zones clocks were ahead by seconds, too: nothing has such times.
        let offset = from_utc(text.rsplit(' ').next()?).unwrap_or_default();
        if by_step.len() >= MOST_KEPT {
            by_step.clear();
        }
        by_step.insert(step, offset);
        Some(offset)
    })
}

/// What writes a date with its distance from UTC in a zone; nothing where there is no such zone, which `Intl` says by an
/// exception.
fn format(zone: &str) -> Option<Function> {
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    let class: Function = Reflect::get(&intl, &"DateTimeFormat".into()).ok()?.dyn_into().ok()?;
    let options = options(&[("timeZone", zone), ("timeZoneName", "longOffset")]);
    let made = Reflect::construct(&class, &Array::of2(&"en".into(), &options)).ok()?;
    Reflect::get(&made, &"format".into()).ok()?.dyn_into().ok()
}
