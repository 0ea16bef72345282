"""The keys of the sentences that a page says when nobody listens behind it, for every page that may have to."""

SAFE = (
    "safe-kept",
    "safe-not-kept",
    "safe-answers",
    "safe-paused",
    "safe-gone",
    "safe-away",
    "safe-silent",
    "safe-signed-out",
    "safe-trying",
    "button-carry-on",
    "button-try-now",
    "button-sign-in",
)
