//! tokendeck: one page over all of a team's API tokens.
