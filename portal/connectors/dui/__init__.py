"""The DUI's messages (TDDUI, FHIR R4): bytes in, checked records out. No database, no Flask."""
