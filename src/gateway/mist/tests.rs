//! Juniper Mist: what goes over its wire, and what comes of it.
