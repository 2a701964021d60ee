"""Why somebody is not let in. Messages are for the person, in French; they hold no claim."""


class NotIdentified(Exception):  # noqa: N818  a refusal, named as one says it
    """Pro Santé Connect does not vouch for this person, or we can't tell that it does."""


class ProviderUnavailable(Exception):  # noqa: N818  it is a state of the outside
    """Pro Santé Connect does not answer, or not as its discovery document promises."""
