"""What can go wrong with an outside system, and whether asking again makes sense."""

from datetime import timedelta


class FeedFailure(Exception):  # noqa: N818  a feed fails, our code does not
    """A source did not give a usable answer.

    `retryable` says that the same question may be asked again; `retry_after` is the pause the
    source asked for, None when it asked for none; `refused` that our credentials or rights are.
    The reason never quotes the payload, which may name people.
    """

    def __init__(
        self,
        reason: str,
        *,
        retryable: bool,
        retry_after: timedelta | None = None,
        refused: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retryable = retryable
        self.retry_after = retry_after
        self.refused = refused
