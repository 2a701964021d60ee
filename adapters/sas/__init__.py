"""The SAS FHIR flows: slots of effecteurs' agendas."""
