"""The Hub Santé: EDXL-DE envelopes over AMQP, the use cases of regulation and transport."""
