//! Reading and writing, against what serde_json makes of it.

use std::borrow::Cow;

use super::*;

#[test]
fn values_are_read() {
    let json = read(br#" {"a":[1,"x\"\u00e9",null,true],"n":{"b":2},"b":1,"b":7} "#).expect("JSON");
    assert_eq!((json.get("b").and_then(Read::number), json.get("c").is_none()), (Some(7), true));
    let list = json.get("a").map(Read::list).unwrap_or_default();
    assert_eq!((list.len(), list[1].text(), list[3].flag()), (4, Some("x\"é"), Some(true)));
    assert_eq!(json.get("n").and_then(|it| it.get("b")).and_then(Read::number), Some(2));
}

#[track_caller]
fn check_wrong(text: &str, place: &str) {
    let error = read(text.as_bytes()).expect_err(text);
    assert!(error.ends_with(place), "{error}");
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    check_wrong("", "line 1, column 1");
    check_wrong("{\n \"a\": }", "line 2, column 7");
    check_wrong("[1,]", "line 1, column 4");
    check_wrong("[] x", "line 1, column 4");
    check_wrong(&"[".repeat(100_000), "column 65");
}

#[track_caller]
fn check_mended(text: &[u8], expected: &str) {
    assert_eq!(String::from_utf8_lossy(&mended(text.to_vec())), expected);
}

#[test]
fn answers_are_mended_where_every_reader_would_refuse_them() {
    check_mended(b"\xef\xbb\xbf[1]", "[1]");
    check_mended(b"\"caf\xe9\"", "\"caf\u{fffd}\"");
    check_mended(br#"["\ud83d","\uDE00x","\ud83d\ud83d\ude00"]"#, r#"["\ufffd","\ufffdx","\ufffd\ud83d\ude00"]"#);
    for good in [r#"["\ud83d\ude00","\u00e9","\uD83D\uDE00"]"#, r#""\\ud83d""#, r#""\\\\udc00 \u""#, ""] {
        check_mended(good.as_bytes(), good);
    }
    check_mended(br#""\\\ud83d"#, r#""\\\ufffd"#);
    check_mended(br"\ud83", r"\ud83");
}

#[test]
fn what_is_not_read_may_be_as_deep_as_it_likes() {
    let text = format!(r#"{{"deep":{}{},"b":[{{}},"]"]}}"#, r#"{"a":["#.repeat(50_000), "]}".repeat(50_000));
    let mut reader = Reader::new(text.as_bytes());
    assert_eq!((reader.object(|_, it| it.skip()), reader.is_at_end()), (Ok(()), true));
    for wrong in ["[}", "{]", "[[1]", "]", ",", ":", "[nul]"] {
        assert_eq!(Reader::new(wrong.as_bytes()).skip(), Err(Unfit), "{wrong}");
    }
}

#[test]
fn a_reader_goes_value_by_value() {
    let text = br#"{ "skip" : {"x":[1,-2.5e3,"]"]} , "list":[ "a" , null ], "flag":false}"#;
    let (mut reader, mut found) = (Reader::new(text), Vec::new());
    let read = reader.object(|name, reader| match name {
        "list" => reader.list(|reader| {
            let text = if reader.is_null()? { None } else { Some(reader.text()?) };
            found.push(format!("{text:?}"));
            Ok(())
        }),
        "flag" => {
            found.push(format!("{:?}", Some(reader.raw()? == "true")));
            Ok(())
        }
        _ => reader.skip(),
    });
    assert_eq!((read, reader.is_at_end()), (Ok(()), true));
    assert_eq!(found, ["Some(\"a\")", "None", "Some(false)"]);
}

#[test]
fn texts_end_where_they_end() {
    // At every place within eight bytes, with letters of several bytes before, and with what looks like an end.
    for n in 0..20 {
        for (tail, letters) in [("", "a"), ("é", "~"), ("\\\"x\\u00e9", "\u{7f}"), ("\u{a0}ÿ", "€")] {
            let inside = format!("{}{tail}", letters.repeat(n));
            let json = format!("\"{inside}\"\"rest\"");
            let mut reader = Reader::new(json.as_bytes());
            let expected = inside.replace("\\\"", "\"").replace("\\u00e9", "é");
            assert_eq!(reader.text().as_deref(), Ok(expected.as_str()));
            assert_eq!(reader.text().as_deref(), Ok("rest"));
        }
        for wrong in ["\u{1f}", "\n", "\u{0}"] {
            let json = format!("\"{}{wrong}\"", "a".repeat(n));
            assert_eq!(Reader::new(json.as_bytes()).text(), Err(Unfit), "{json:?}");
        }
    }
}

#[test]
fn a_text_that_is_not_utf8_spoils_no_other() {
    let mut reader = Reader::new(b"[\"a\xff\",\"b\"]");
    let mut texts = Vec::new();
    let read = reader.list(|it| {
        let rest = it.rest();
        texts.push(it.text().map(Cow::into_owned));
        if texts.last() == Some(&Err(Unfit)) {
            it.back_to(&rest[4..]);
        }
        Ok(())
    });
    assert_eq!((read, texts), (Ok(()), vec![Err(Unfit), Ok("b".to_owned())]));
}

#[test]
fn a_reader_refuses_what_is_no_json() {
    let deep = "[".repeat(100_000);
    for text in [deep.as_bytes(), b"[1 2]", b"[1,]", b"[", b"{\"a\" 1}", b"{1:2}", b"[nul]"] {
        let mut reader = Reader::new(text);
        let read = if text[0] == b'[' { reader.list(Reader::skip) } else { reader.object(|_, it| it.skip()) };
        assert_eq!(read, Err(Unfit), "{}", String::from_utf8_lossy(text));
    }
}

#[test]
fn what_is_written_is_read_back() {
    let text = "a\"b\\c\n\u{1}\u{1f}é😀";
    let json = Writer::default().text("t", Some(text)).text("none", None).texts("l", ["x", text]).raw("r", "[1]");
    let json = json.done();
    let back = read(json.as_bytes()).expect("JSON");
    assert_eq!((back.text_of("t"), back.get("l").map(|it| it.list()[1].text())), (Some(text), Some(Some(text))));
    assert!(matches!(back.get("none"), Some(Json::Null)));
    assert_eq!(Writer::default().done(), "{}");
    assert_eq!(to_text(&back), json);
}

#[test]
fn people_get_lines() {
    let value = read(br#"{"a":[1,{}],"b":{"c":"d\n"},"e":[]}"#).expect("JSON");
    let lines = ["{", "  \"a\": [", "    1,", "    {}", "  ],", "  \"b\": {", "    \"c\": \"d\\n\"", "  },"];
    assert_eq!(pretty(&value), format!("{}\n  \"e\": []\n}}", lines.join("\n")));
}
