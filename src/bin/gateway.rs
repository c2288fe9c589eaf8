//! The module with the adapters of other systems, loaded when a connection to one of them is opened.
//!
//! All that crosses its border is JSON text: see [`tokendeck::adapters`] for what it says.

fn main() {}

#[cfg(target_arch = "wasm32")]
mod border {
    use std::rc::Rc;

    use tokendeck::adapters::{DIALECTS, Gateway, Host, Later};
    use tokendeck::api::{NetworkError, Request, Response, outcome_from_json, outcome_to_json};
    use tokendeck::config::{Connection, mistakes_to_json};
    use tokendeck::time::Millis;
    use wasm_bindgen::prelude::*;

    /// What has been freed is overwritten: secrets pass through here.
    #[global_allocator]
    static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> = zeroizing_alloc::ZeroAlloc(std::alloc::System);

    #[wasm_bindgen]
    extern "C" {
        /// The page around the module.
        #[derive(Clone)]
        pub type Page;
        #[wasm_bindgen(method, catch)]
        async fn send(this: &Page, request: String, job: &JsValue) -> Result<JsValue, JsValue>;
        #[wasm_bindgen(method, catch, js_name = signIn)]
        async fn sign_in(this: &Page, reason: String) -> Result<JsValue, JsValue>;
        #[wasm_bindgen(method)]
        fn now(this: &Page) -> f64;
        #[wasm_bindgen(method)]
        fn random(this: &Page) -> String;
        #[wasm_bindgen(method)]
        fn cookies(this: &Page) -> String;
    }

    /// A connection to a system of a vendor.
    #[wasm_bindgen]
    pub struct Border {
        gateway: Rc<Gateway>,
        page: Page,
    }

    #[wasm_bindgen]
    impl Border {
        /// Opens a connection, given as `config.json` has it, with the text of the file that it names, where it does.
        /// Nothing for a dialect that needs no gateway. Throws the mistakes in them: `[{"pointer", "text"}]`.
        pub fn open(
            settings: &str,
            base: &str,
            is_foreign: bool,
            description: Option<String>,
            page: Page,
        ) -> Result<Option<Border>, JsValue> {
            let opened = Connection::read(settings, DIALECTS)
                .and_then(|it| Gateway::new(&it, base, is_foreign, description.as_deref()))
                .map_err(|mistakes| mistakes_to_json(&mistakes))?;
            Ok(opened.map(|it| Border { gateway: Rc::new(it), page }))
        }

        /// What the system is like; nothing where that cannot be written.
        pub fn system(&self) -> Option<String> {
            serde_json::to_string(&self.gateway.system()).ok()
        }

        /// Carries out a request: its outcome. `job` goes along with every request that this
        /// makes, so that the page can call them off together.
        pub fn send(&self, request: &str, job: JsValue) -> js_sys::Promise {
            let (gateway, page) = (self.gateway.clone(), self.page.clone());
            let request = Request::from_json(request);
            wasm_bindgen_futures::future_to_promise(async move {
                let request = request.ok_or("no request")?;
                let outcome = gateway.send(&Edge { page, job }, request).await;
                Ok(outcome_to_json(&outcome).into())
            })
        }
    }

    struct Edge {
        page: Page,
        job: JsValue,
    }

    impl Host for Edge {
        fn send(&self, request: Request) -> Later<'_, Result<Response, NetworkError>> {
            Box::pin(async move {
                let answer = self.page.send(request.to_json(), &self.job).await.ok().and_then(|it| it.as_string());
                // The page always answers; without an answer it is going away.
                outcome_from_json(&answer.ok_or(NetworkError::Cancelled)?)
            })
        }

        fn sign_in(&self, reason: &str) -> Later<'_, bool> {
            let reason = reason.to_owned();
            Box::pin(async move { self.page.sign_in(reason).await.is_ok_and(|it| it.is_truthy()) })
        }

        fn now(&self) -> Millis {
            self.page.now() as Millis
        }

        fn random(&self) -> String {
            self.page.random()
        }

        fn cookies(&self) -> String {
            self.page.cookies()
        }
    }
}
