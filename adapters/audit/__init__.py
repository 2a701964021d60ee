"""Examines an outside system: what it answers against what the published texts require.

Apart from the adapters that read those systems: a second reading, so that neither hides the
other's mistakes. Payloads are judged as raw JSON, since what is malformed is what is looked for.
"""
