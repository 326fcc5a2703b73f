"""The first screen after signing in. It alone gathers features: it asks their queries, never their models."""
