"""An invented establishment, fed through the same doors as production. Nobody in it exists."""
